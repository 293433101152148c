"""The settings a public server must not lose."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

CONFIG = tomllib.loads(
    (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("browser", "gatherUsageStats", False),
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("server", "headless", True),
        ("client", "showErrorDetails", "type"),
        ("client", "showErrorLinks", False),
    ],
)
def test_a_setting_of_a_public_server(section: str, name: str, value: object):
    assert CONFIG[section][name] is value or CONFIG[section][name] == value


def test_uploads_are_small():
    assert CONFIG["server"]["maxUploadSize"] <= 20
