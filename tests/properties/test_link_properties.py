"""Every legal scenario survives its link; nothing in an address makes reading fail."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from forecasting import Scenario
from forecasting.assumptions.links import (
    LINK_KEYS,
    LONGEST_NAME,
    LONGEST_PIN,
    MOST_PINS,
    PIN_KEYS,
    LinkSnapshot,
    Permalink,
    Pin,
    clean_name,
    decode_link,
    encode_link,
    pins_address,
    scenario_address,
)
from forecasting.assumptions.table import (
    ASSUMPTIONS,
    FIRST_LAUNCH,
    FIRST_STOP,
    LAST_LAUNCH,
    LAST_STOP,
    Assumption,
)
from forecasting.base.settlements import settlements_between

SETTLEMENTS = settlements_between(FIRST_STOP, LAST_STOP)


def values(assumption: Assumption) -> st.SearchStrategy:
    legal = {
        "number": st.floats(max(assumption.lower, -1e9), min(assumption.upper, 1e9)),
        "choice": st.sampled_from(assumption.choices or ("",)),
        "switch": st.booleans(),
        "settlement": st.sampled_from(SETTLEMENTS),
        "day": st.dates(FIRST_LAUNCH, LAST_LAUNCH),
    }[assumption.form]
    return legal | st.none() if assumption.default is None else legal


scenarios = st.fixed_dictionaries({}, optional={one.name: values(one) for one in ASSUMPTIONS}).map(
    lambda changes: Scenario(**changes)
)
rmb = st.floats(0, 1e6).map(lambda value: round(value, 2))
headlines = st.none() | st.tuples(rmb, rmb, rmb).map(lambda three: tuple(sorted(three)))
versions = st.text(st.characters(categories=("L", "N"), include_characters=".+-"), min_size=1)
snapshots = st.none() | st.builds(
    LinkSnapshot,
    versions.map(lambda t: t[:60]),
    versions.map(lambda t: t[:60]),
    headlines,
    headlines,
)
names = st.text(min_size=1, max_size=2 * LONGEST_NAME).map(clean_name).filter(bool)
pins = st.lists(
    st.builds(Pin, names, scenarios), max_size=MOST_PINS, unique_by=lambda pin: pin.name
).map(tuple)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1)) | st.none()
links = st.builds(Permalink, scenarios, days, snapshots, pins)


@given(links)
def test_a_link_reads_back_what_was_written(link: Permalink) -> None:
    assert decode_link(encode_link(link)) == (link, ())


@given(scenarios)
def test_the_short_address_says_as_much_as_the_long_one(scenario: Scenario) -> None:
    assert decode_link(scenario_address(scenario))[0].scenario == scenario
    assert Scenario.model_validate(scenario.to_dict()) == scenario


@given(scenarios, pins)
def test_pins_survive_the_short_address_of_the_page(scenario: Scenario, pinned) -> None:
    address = scenario_address(scenario, pins=pinned)
    assert decode_link(address) == (Permalink(scenario, pins=pinned), ())


@given(st.fixed_dictionaries({one.name: values(one) for one in ASSUMPTIONS}))
def test_a_pin_that_changes_everything_is_short_enough_to_be_read(changes) -> None:
    address = pins_address([Pin("x", Scenario(**changes))])
    assert len(address.get("pin_1", "")) <= LONGEST_PIN


@given(
    st.dictionaries(
        st.sampled_from([key for keys in PIN_KEYS for key in keys]),
        st.text() | st.lists(st.text() | st.sampled_from([*LINK_KEYS, "1", "no"])).map("~".join),
    )
)
def test_whatever_a_pin_says_it_is_read_or_named(address: dict[str, str]) -> None:
    link, unusable = decode_link(address)
    asked = {key for keys in PIN_KEYS for key in keys if address.get(key)}
    named = {item.pin for item in unusable}
    assert len({pin.name for pin in link.pins}) == len(link.pins) <= MOST_PINS
    if not link.pins:
        assert {key.removesuffix("_name") for key in asked} <= named


@given(
    st.dictionaries(st.sampled_from([*sorted(LINK_KEYS), "as_of"]) | st.text(), st.text()),
)
def test_garbage_is_named_and_never_raises(address: dict[str, str]) -> None:
    link, unusable = decode_link(address)
    assert {item.pin or item.name for item in unusable} <= LINK_KEYS
    assert link.scenario == Scenario.model_validate(link.scenario.model_dump())
