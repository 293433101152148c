"""Every legal scenario survives its link; nothing in an address makes reading fail."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from forecasting import Scenario
from forecasting.assumptions import ASSUMPTIONS, FIRST_STOP, LAST_STOP, Assumption
from forecasting.links import LINK_KEYS, Link, Made, decode_link, encode_link, scenario_address
from forecasting.settlements import settlements_between

SETTLEMENTS = settlements_between(FIRST_STOP, LAST_STOP)


def values(assumption: Assumption) -> st.SearchStrategy:
    legal = {
        "number": st.floats(max(assumption.lower, -1e9), min(assumption.upper, 1e9)),
        "choice": st.sampled_from(assumption.choices or ("",)),
        "switch": st.booleans(),
        "settlement": st.sampled_from(SETTLEMENTS),
    }[assumption.form]
    return legal | st.none() if assumption.default is None else legal


scenarios = st.fixed_dictionaries({}, optional={one.name: values(one) for one in ASSUMPTIONS}).map(
    lambda changes: Scenario(**changes)
)
rmb = st.floats(0, 1e6).map(lambda value: round(value, 2))
headlines = st.none() | st.tuples(rmb, rmb, rmb).map(lambda three: tuple(sorted(three)))
versions = st.text(st.characters(categories=("L", "N"), include_characters=".+-"), min_size=1)
made = st.none() | st.builds(
    Made, versions.map(lambda t: t[:60]), versions.map(lambda t: t[:60]), headlines, headlines
)
links = st.builds(Link, scenarios, st.dates(date(2000, 1, 1), date(2100, 1, 1)) | st.none(), made)


@given(links)
def test_a_link_reads_back_what_was_written(link: Link) -> None:
    assert decode_link(encode_link(link)) == (link, ())


@given(scenarios)
def test_the_short_address_says_as_much_as_the_long_one(scenario: Scenario) -> None:
    assert decode_link(scenario_address(scenario))[0].scenario == scenario
    assert Scenario.model_validate(scenario.to_dict()) == scenario


@given(
    st.dictionaries(st.sampled_from([*sorted(LINK_KEYS), "as_of"]) | st.text(), st.text()),
)
def test_garbage_is_named_and_never_raises(address: dict[str, str]) -> None:
    link, unusable = decode_link(address)
    assert {item.name for item in unusable} <= LINK_KEYS
    assert link.scenario == Scenario.model_validate(link.scenario.model_dump())
