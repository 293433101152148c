"""An address: every key is used as it stands or named, and nothing in it acts as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl, urlencode

from forecasting import Scenario
from forecasting.assumptions.links import (
    SCENARIO_KEYS,
    SNAPSHOT_KEYS,
    LinkSnapshot,
    Permalink,
    decode_link,
    encode_link,
    scenario_address,
)
from forecasting.assumptions.scenario import RENAMED_IN_2
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, AUTO
from tests.fuzz.harness import Harness
from tests.fuzz.scenario_files import check_values
from ui.address.reading import (
    KNOWN_KEYS,
    LONGEST_QUOTED,
    Notice,
    as_code,
    as_of_notice,
    date_notice,
    number_notice,
)

DAYS = ["2021-12-14", "2020-10-28", "2020-10-14", "2019-01-28"]
FIRST, LAST = date(2018, 10, 16), date(2022, 1, 28)
SNAPSHOT = LinkSnapshot("1.0", "2026.11+0123abcd", (5.6, 6.33, 7.22), (4.9, 5.12, 5.4))


def check(data: bytes) -> None:
    """Reading never fails; what is not named is used exactly as it was asked for."""
    address = dict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))
    check_link(address)
    for name, text in address.items():
        check_code(name)
        check_code(text)
        check_notices(name, text)


def check_link(address: Mapping[str, str]) -> None:
    """The scenario is legal, every value of it asked for, every other one named."""
    link, unusable = decode_link(address)
    check_values(link.scenario)
    assert all(item.legal for item in unusable)
    # Those of a pin are asked of its own text by the property tests of the links.
    unusable = tuple(item for item in unusable if not item.pin)
    named = {item.name for item in unusable}
    assert named <= {*SCENARIO_KEYS, *SNAPSHOT_KEYS}
    for item in unusable:
        before = {old for old, new in RENAMED_IN_2.items() if new == item.name}
        assert item.value in {address.get(name, "") for name in {item.name, *before}}
        assert item.legal
    for name in ASSUMPTION_BY_NAME.keys() & address.keys() - named:
        _check_taken(name, address[name], link.scenario)
    for name in link.scenario.changes():
        old = {before for before, after in RENAMED_IN_2.items() if after == name}
        assert address.keys() & {name, *old}
    again, left = decode_link(encode_link(link))
    assert (again, left) == (link, ())


def _check_taken(name: str, text: str, scenario: Scenario) -> None:
    value = getattr(scenario, name)
    if value is None:
        assert text.strip() == AUTO
    elif isinstance(value, float):
        assert value == float(text)
    elif isinstance(value, bool):
        assert text.strip() == {True: "yes", False: "no"}[value]
    elif isinstance(value, date):
        assert date.fromisoformat(text.strip()) == value
    else:
        assert text.strip() == value


def check_notices(name: str, text: str) -> None:
    """A day or a number is legal, or there is a notice that quotes it whole."""
    used, notice = as_of_notice(text, DAYS, DAYS[1])
    assert date.fromisoformat(used)
    assert notice is None or (notice.value, notice.used) == (text, used)
    notices: list[tuple[Notice | None, bool]] = [
        (number_notice(name, text, 0.0, 1.0), 0.0 <= _number(text) <= 1.0),
        (date_notice(name, text, FIRST, LAST), FIRST <= _day(text) <= LAST),
    ]
    for found, is_legal in notices:
        assert (found is None) == is_legal
        assert found is None or (found.name, found.value) == (name, text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def check_code(text: str) -> None:
    """One line between two backticks that nothing inside can close, never empty, never long."""
    quoted = as_code(text)
    inside = quoted[1:-1]
    assert quoted[0] == quoted[-1] == "`"
    assert inside
    assert "`" not in inside
    assert len(inside) <= LONGEST_QUOTED
    assert quoted.splitlines() == [quoted]
    quoted.encode()


HARNESS = Harness(
    name="addresses",
    check=check,
    seeds=(
        b"lang=en&as_of=2020-10-28",
        urlencode(
            encode_link(Permalink(Scenario(delay_days=150), date(2020, 10, 28), SNAPSHOT))
        ).encode(),
        urlencode(scenario_address(Scenario(pandemic=False, older_years=2))).encode(),
        b"schema_version=1&growth_per_period=0.01",
        b"fee=0.1&joined=2019-06-01&people=3&tier=none&chart=answer&embed=true",
    ),
    words=tuple(name.encode() for name in sorted(KNOWN_KEYS)),
    samples=1_500,
)
