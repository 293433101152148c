"""Each rule refuses a tree that breaks it, and accepts the same tree without the break."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.tree import Tree

SOUND = {
    ".ci/run": "#!/usr/bin/env bash\nset -e\nexport CI=true\nexec make test\n",
    ".github/workflows/tests.yml": "",
    ".gitignore": ".venv/\n__pycache__/\n*.pyc\n",
    ".pre-commit-config.yaml": "",
    ".importlinter": "",
    ".streamlit/config.toml": "",
    "ARCHITECTURE.md": "`.ci/ .github/ .streamlit/ benchmarks/ charts/ data/ deploy/ docs/ locales/"
    " pages/ scripts/ sentences/ tests/ ui/ forecasting/`\n\nexplain/  why\n    growth\n",
    "CHANGELOG.md": "",
    "CITATION.cff": "",
    "CONTRIBUTING.md": "",
    "LICENSE": "",
    "Makefile": "",
    "SECURITY.md": "",
    "README.md": "See [the house](ARCHITECTURE.md) and https://example.org/home/page.",
    "app.py": "from ui import run\nrun()\n",
    "benchmarks/__main__.py": "",
    "charts/answer.py": "import plotly.graph_objects as go\nprint(go)\n",
    "data/plans.csv": "plan\n",
    "deploy/cluster.py": "",
    "docs/screenshot.png": "",
    "forecasting/explain/growth.py": '"""Share."""\n\n\ndef share():\n    """One share."""\n',
    "locales/text.py": "",
    "pages/answer.py": "import ui\n\nui.run()\n",
    "pyproject.toml": "",
    "requirements-dev.txt": "-r requirements.txt\npytest>=9,<10\n",
    "requirements-extras.txt": "-r requirements.txt\n",
    "requirements.lock": "",
    "requirements-bench.txt": "prophet>=1.5,<2\n",
    "requirements.txt": "streamlit>=1.67,<1.68  # the frame\nplotly>=7.1,<7.2\n",
    "scripts/setup.sh": "",
    "locales/en/LC_MESSAGES/answer.po": "",
    "locales/zh/LC_MESSAGES/answer.po": "",
    "sentences/answer.py": "",
    "tests/unit/test_share.py": "import pytest\n\n\ndef test_share():\n    assert pytest\n",
    "ui/frame.py": "import streamlit\n",
}
GONE = "gone" + ".md"
HOME = "/".join(["", "home", "someone", "plan.csv"])
NOTE = "".join(["TO", "DO"])

BROKEN: list[tuple[rules.Rule, dict[str, str | None]]] = [
    (rules.top_level_is_fixed, {"helpers/new.py": ""}),
    (rules.top_level_is_fixed, {"LICENSE": None}),
    (rules.architecture_names_what_exists, {"ARCHITECTURE.md": "`ui/`"}),
    (rules.architecture_names_what_exists, {"ARCHITECTURE.md": "+ `forecasting/gone.py`"}),
    (rules.architecture_names_what_exists, {"ARCHITECTURE.md": "+\n  gone.py     a module\n"}),
    (rules.architecture_shows_the_engine, {"forecasting/new.py": '"""New."""\n'}),
    (rules.architecture_shows_the_engine, {"forecasting/explain/new.py": '"""New."""\n'}),
    (rules.architecture_shows_the_engine, {"forecasting/explain/growth.py": None}),
    (rules.architecture_shows_the_engine, {"ARCHITECTURE.md": "+    gone\n"}),
    (rules.documents_mentioned_exist, {"app.py": f"# as {GONE} says\n"}),
    (rules.documents_mentioned_exist, {"README.md": "![picture](docs/gone.png)"}),
    (rules.streamlit_stays_in_the_dashboard, {"charts/answer.py": "import streamlit as st\n"}),
    (
        rules.streamlit_stays_in_the_dashboard,
        {"forecasting/explain/growth.py": "from streamlit import a\n"},
    ),
    (rules.plotly_stays_in_charts, {"pages/answer.py": "def f():\n    import plotly.io\n"}),
    (rules.nothing_imports_tests_or_benchmarks, {"ui/frame.py": "from tests import x\n"}),
    (rules.modules_do_not_hide_functions, {"forecasting/forecast.py": ""}),
    (rules.modules_do_not_hide_functions, {"forecasting/fit/__init__.py": ""}),
    (rules.every_file_in_pages_is_a_page, {"pages/shared.py": "WIDTH = 3\n"}),
    (rules.every_file_in_pages_is_a_page, {"pages/__init__.py": "import ui\n"}),
    (rules.every_file_in_pages_is_a_page, {"pages/answer.py": "import ui\n" + "ui.run()\n" * 90}),
    (rules.every_file_in_pages_is_a_page, {"pages/two.py": "import ui\nimport pages.answer\n"}),
    (rules.a_page_bears_one_name, {"charts/stray.py": ""}),
    (rules.a_page_bears_one_name, {"sentences/lag/words.py": ""}),
    (rules.a_page_bears_one_name, {"ui/pages/lag.py": ""}),
    (rules.a_page_bears_one_name, {"locales/zh/LC_MESSAGES/lag.po": ""}),
    (rules.a_page_bears_one_name, {"sentences/answer.py": None}),
    (rules.files_stay_short, {"ui/long.py": "x = 1\n" * 401}),
    (
        rules.public_names_are_documented,
        {"forecasting/explain/growth.py": '"""S."""\ndef share(): ...\n'},
    ),
    (
        rules.public_names_are_documented,
        {"forecasting/explain/growth.py": '"""S."""\nclass A:\n    "A."\n    def b(self): ...\n'},
    ),
    (rules.public_names_are_documented, {"forecasting/explain/growth.py": "x = 1\n"}),
    (
        rules.charts_and_sentences_compute_nothing,
        {"sentences/answer.py": "from forecasting.explain.growth import share\n"},
    ),
    (
        rules.charts_and_sentences_compute_nothing,
        {"charts/answer.py": "import forecasting.explain.growth as why\n"},
    ),
    (
        rules.charts_and_sentences_compute_nothing,
        {"charts/answer.py": 'import importlib\nimportlib.import_module("forecasting")\n'},
    ),
    (rules.docstrings_stand_alone, {"ui/frame.py": 'def f():\n    """The same, later."""\n'}),
    (rules.tests_neither_sleep_nor_skip, {"tests/unit/test_a.py": "import time\ntime.sleep(1)\n"}),
    (rules.tests_neither_sleep_nor_skip, {"tests/unit/test_a.py": "from time import sleep\n"}),
    (
        rules.tests_neither_sleep_nor_skip,
        {"tests/unit/test_a.py": "import pytest\n@pytest.mark.skip\ndef test_a(): ...\n"},
    ),
    (rules.tests_live_in_a_folder_of_their_kind, {"tests/test_a.py": ""}),
    (rules.no_machine_paths, {"data/plans.csv": f"plan\n{HOME}\n"}),
    (rules.no_work_notes, {"ui/frame.py": f"# {NOTE}: later\n"}),
    (rules.requirements_are_ranges, {"requirements.txt": "streamlit>=1.67\n"}),
    (rules.requirements_are_ranges, {"requirements-dev.txt": "pytest\n"}),
    (rules.imports_are_declared, {"requirements.txt": "plotly>=7.1,<7.2\n"}),
    (rules.imports_are_declared, {"ui/frame.py": "import pytest\n"}),
    (rules.nothing_is_run_or_drawn_from_text, {"ui/frame.py": "f(unsafe_allow_html=True)\n"}),
    (rules.nothing_is_run_or_drawn_from_text, {"ui/frame.py": "st.html('<b>')\n"}),
    (rules.nothing_is_run_or_drawn_from_text, {"ui/frame.py": "x = eval('1')\n"}),
    (rules.nothing_is_run_or_drawn_from_text, {"charts/answer.py": "import os\nos.system('x')\n"}),
    (rules.nothing_is_run_or_drawn_from_text, {"ui/frame.py": "pickle.loads(b'')\n"}),
    (rules.ci_runs_the_same_tests, {".ci/run": "pytest\nexec make test\n"}),
    (rules.ci_runs_the_same_tests, {".ci/run": "set -e\n"}),
]


def build(root: Path, changes: dict[str, str | None]) -> Tree:
    """The sound tree with changes: None removes a file, a leading plus appends to it."""
    for name, text in (SOUND | changes).items():
        if text is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SOUND[name] + text[1:] if text.startswith("+") else text)
    return Tree(root)


def test_sound_tree_keeps_every_rule(tmp_path: Path):
    tree = build(tmp_path, {".venv/lib/other.py": f"# {NOTE}", "ui/__pycache__/frame.pyc": ""})
    assert [line for rule in rules.RULES for line in rule(tree)] == []


@pytest.mark.parametrize(
    ("rule", "changes"), BROKEN, ids=lambda part: getattr(part, "__name__", "in")
)
def test_broken_tree_is_refused(rule: rules.Rule, changes: dict[str, str | None], tmp_path: Path):
    assert rule(build(tmp_path, changes))


def test_every_rule_is_shown_to_bite():
    assert {rule for rule, _ in BROKEN} == set(rules.RULES)
