"""The one list of pages: key, file, menu group, icon."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGES_FOLDER = Path(__file__).parent.parent / "pages"
GROUPS: tuple[str, ...] = ("members", "analysts", "journalists")


@dataclass(frozen=True)
class PageSpec:
    """One page. Its file's name is its address; ``page.<key>.title`` is its name in the menu."""

    key: str
    group: str
    icon: str
    default: bool = False

    @property
    def file(self) -> Path:
        """The script that draws the page."""
        return PAGES_FOLDER / f"{self.key}.py"

    @property
    def address(self) -> str:
        """The path under which the page answers."""
        return "" if self.default else self.key


PAGES: tuple[PageSpec, ...] = (
    PageSpec("answer", "members", ":material/trending_up:", default=True),
    PageSpec("my_share", "members", ":material/receipt_long:"),
    PageSpec("growth", "analysts", ":material/group_add:"),
    PageSpec("selection_lag", "analysts", ":material/hourglass_top:"),
    PageSpec("steady_state", "analysts", ":material/balance:"),
    PageSpec("insurance", "analysts", ":material/shield:"),
    PageSpec("scenarios", "analysts", ":material/tune:"),
    PageSpec("track_record", "analysts", ":material/fact_check:"),
    PageSpec("your_data", "analysts", ":material/upload_file:"),
    PageSpec("history", "journalists", ":material/history:"),
    PageSpec("plans", "journalists", ":material/diversity_3:"),
    PageSpec("data_and_method", "journalists", ":material/menu_book:"),
)
