"""The project keeps the rules of the house."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.architecture.rules import RULES, Rule, requirements_of
from tests.architecture.tree import Tree
from ui.registry import PAGES

ROOT = Path(__file__).parents[2]
TREE = Tree(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_is_kept(rule: Rule):
    broken = rule(TREE)
    assert not broken, "\n".join([rule.__doc__ or "", *sorted(broken)])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_installed_packages_lie_in_their_range(name: str):
    for requirement in requirements_of(TREE, name):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        assert version(requirement.name) in requirement.specifier


def test_every_page_is_in_the_menu():
    files = {path.name for path in (page.file for page in PAGES)}
    assert {name.removeprefix("pages/") for name in TREE.under("pages")} == files


def test_scripts_can_be_executed():
    for name in [".ci/run", *TREE.under("scripts", suffix=".sh")]:
        assert (ROOT / name).stat().st_mode & 0o111, name
