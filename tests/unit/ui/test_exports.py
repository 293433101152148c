"""Files of a chart: the CSV, and the script that draws images in the reader's browser."""

from __future__ import annotations

import io

import pandas as pd

from forecasting.base.tabular import csv_bytes
from tests.helpers import synthetic
from ui.export import files as exports


def test_csv_has_a_byte_order_mark_and_reads_back():
    table = pd.DataFrame({"分摊期": ["2020-10-28"], "分摊金额 (元)": [4.86]})
    content = csv_bytes(table)
    assert content.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    pd.testing.assert_frame_equal(read, table)


def test_csv_escapes_what_a_spreadsheet_would_run():
    content = csv_bytes(pd.DataFrame({"=a": ["=1+1", "@x", "-2", "share"], "n": [-1.5] * 4}))
    assert content.decode("utf-8-sig").splitlines() == [
        "'=a,n",
        "'=1+1,-1.5",
        "'@x,-1.5",
        "'-2,-1.5",
        "share,-1.5",
    ]


def test_same_figures_give_the_same_bytes():
    table = synthetic.forecast().periods
    assert csv_bytes(table) == csv_bytes(synthetic.forecast().periods)


def test_the_drawing_script_is_put_in_place_once(tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "STATIC_FOLDER", tmp_path / "static")
    monkeypatch.setattr(exports, "PLOTLY_FILE", tmp_path / "static" / "plotly.min.js")
    assert exports.place_plotly()
    written = exports.PLOTLY_FILE.stat().st_mtime_ns
    assert exports.PLOTLY_FILE.stat().st_size > 1_000_000
    assert exports.place_plotly()
    assert exports.PLOTLY_FILE.stat().st_mtime_ns == written
    assert [path.name for path in exports.STATIC_FOLDER.iterdir()] == ["plotly.min.js"]


def test_a_folder_that_cannot_be_written_is_said_not_raised(tmp_path, monkeypatch):
    blocked = tmp_path / "static"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setattr(exports, "STATIC_FOLDER", blocked)
    monkeypatch.setattr(exports, "PLOTLY_FILE", blocked / "plotly.min.js")
    assert not exports.place_plotly()


def test_the_script_is_on_this_server():
    assert exports.plotly_address().startswith("/app/static/plotly.min.js?v=")
