"""What holds for every file and every day that hypothesis can think of."""

from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting.base.errors import InputError
from forecasting.disclosures import PACKAGED_DATA, QUANTITIES, load_disclosures, read_observations
from forecasting.disclosures.quantities import BOUNDS, CONFIDENCES, PLACEMENTS, SCOPES
from forecasting.disclosures.schemas import OBSERVATIONS
from tests.helpers.observation_rows import FIGURE, csv_of

OURS = (PACKAGED_DATA / "observations.csv").read_bytes()
RECORD = load_disclosures()
CUT = {
    "observations": "period_end",
    "rules": "effective_from",
    "events": "date",
    "shocks": "known_from",
    "published_forecasts": "made_on",
    "member_profile": "known_from",
    "case_durations": "settlement",
    "case_mix": "settlement",
    "case_ages": "last_settlement",
    "case_timing": "known_from",
}
DAYS = st.dates(date(2018, 1, 1), date(2023, 12, 31))
ODD_CELLS = st.sampled_from(
    [
        "",
        " ",
        "-1",
        "inf",
        "nan",
        "1e400",
        "9" * 400,
        "2020-02-30",
        "0000-00-00",
        "=",
        '"',
        "\n",
        "é",
    ]
)
CELLS = st.text(max_size=12) | ODD_CELLS | st.floats().map(str) | st.dates().map(str)


def refusal_of(content: bytes) -> str | None:
    """Why the content is refused; None where it is read."""
    try:
        figures = read_observations(content, "any.csv")
    except InputError as error:
        return str(error)
    assert isinstance(figures, pd.DataFrame)
    assert len(figures)
    return None


def is_read_or_refused(content: bytes) -> None:
    refusal = refusal_of(content)
    assert refusal is None or refusal.startswith("any.csv: ")


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(content: bytes):
    is_read_or_refused(content)


@given(st.text(max_size=500))
def test_any_text_under_our_header_is_read_or_refused(text: str):
    header = ",".join(OBSERVATIONS.columns)
    is_read_or_refused(f"{header}\n{text}".encode("utf-8", "surrogatepass"))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(FIGURE, CELLS)), max_size=5))
def test_any_cells_are_read_or_refused(rows: list[dict[str, str]]):
    is_read_or_refused(csv_of(_encodable(rows)))


@given(st.sampled_from(list(FIGURE)), CELLS)
def test_one_strange_cell_is_read_or_named(column: str, cell: str):
    content = csv_of(_encodable([FIGURE | {column: cell}]))
    refusal = refusal_of(content)
    assert refusal is None or "any.csv: row " in refusal


@given(st.integers(0, len(OURS) - 1), st.binary(max_size=3))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_our_file_with_a_few_bytes_changed_is_read_or_refused(place: int, patch: bytes):
    is_read_or_refused(OURS[:place] + patch + OURS[place + len(patch) :])


def _encodable(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        {name: cell.encode("utf-8", "replace").decode() for name, cell in row.items()}
        for row in rows
    ]


@st.composite
def legal_rows(draw: st.DrawFn) -> dict[str, str]:
    quantity = draw(st.sampled_from(list(QUANTITIES.values())))
    start = draw(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
    end = draw(st.dates(start, date(2100, 12, 31)))
    value = draw(st.floats(0, quantity.highest))
    return FIGURE | {
        "scope": draw(st.sampled_from(SCOPES)),
        "quantity": quantity.name,
        "period_start": str(start),
        "period_end": str(end),
        "placement": draw(st.sampled_from(PLACEMENTS)),
        "value": repr(value),
        "unit": quantity.unit,
        "bound": draw(st.sampled_from(BOUNDS)),
        "rounding_half_width": repr(draw(st.floats(0, quantity.highest))),
        "confidence": draw(st.sampled_from(CONFIDENCES)),
        "note": draw(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)),
    }


@given(st.lists(legal_rows(), min_size=1, max_size=8, unique_by=lambda row: row["period_end"]))
def test_legal_rows_survive_the_round_trip(rows: list[dict[str, str]]):
    figures = read_observations(csv_of(rows), "any.csv")
    written = figures.drop(columns="row").to_csv(index=False, date_format="%Y-%m-%d").encode()
    assert read_observations(written, "any.csv").equals(figures)
    assert figures["value"].tolist() == [float(row["value"]) for row in rows]
    assert figures["period_end"].dt.strftime("%Y-%m-%d").tolist() == [
        row["period_end"] for row in rows
    ]


@given(DAYS, DAYS)
def test_an_earlier_view_of_a_view_is_the_earlier_view(one: date, other: date):
    twice, once = RECORD.as_of(one).as_of(other), RECORD.as_of(min(one, other))
    assert twice.day == once.day
    for name in CUT:
        pd.testing.assert_frame_equal(getattr(twice, name), getattr(once, name))


@given(DAYS)
def test_a_view_of_the_same_day_changes_nothing(day: date):
    view = RECORD.as_of(day)
    for name in CUT:
        pd.testing.assert_frame_equal(getattr(view.as_of(day), name), getattr(view, name))
    assert view.as_of(str(day)).data_version == RECORD.data_version


@given(DAYS, DAYS)
def test_a_later_view_knows_all_that_an_earlier_one_knew(one: date, other: date):
    early, late = RECORD.as_of(min(one, other)), RECORD.as_of(max(one, other))
    for name, column in CUT.items():
        before, after = getattr(early, name), getattr(late, name)
        assert (before[column] <= pd.Timestamp(early.day)).all()
        known_then = after[after[column] <= pd.Timestamp(early.day)].reset_index(drop=True)
        pd.testing.assert_frame_equal(before, known_then)


@given(DAYS)
@settings(max_examples=30)
def test_every_table_can_be_made_on_every_day(day: date):
    view = RECORD.as_of(day)
    assert view.last_settlement <= day
    table = view.period_table()
    assert table["date"].is_unique
    assert (view.identity_checks()["explanation"] != "apart").all()
    assert set(view.conflicts()["row"]) <= set(view.observations["row"])
