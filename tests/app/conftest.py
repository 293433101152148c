"""Pages run without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PATIENCE = 240


@pytest.fixture
def open_page(release: None) -> Callable[..., AppTest]:
    """Open a page by its key, as a visitor of ``app.py`` would, with what the address asks for."""

    def opened(key: str = "answer", **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if key != "answer":
            app.switch_page(f"pages/{key}.py").run()
        assert not app.exception, app.exception
        return app

    return opened
