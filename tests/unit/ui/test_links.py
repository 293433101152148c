"""What a link says, and what is said of a link that cannot be used."""

from datetime import date

import pytest

from forecasting import Scenario
from forecasting.article.calculation import ARTICLE_INPUTS
from forecasting.assumptions.links import (
    LINK_KEYS,
    PIN_KEYS,
    SCENARIO_KEYS,
    SNAPSHOT_KEYS,
    LinkSnapshot,
    Permalink,
    Pin,
    decode_link,
    encode_link,
    scenario_address,
)
from forecasting.assumptions.table import ASSUMPTION_BY_NAME
from locales import LANGUAGES, Translator
from ui.address.links import then_and_now, unusable_text
from ui.address.reading import KNOWN_KEYS

DAY = date(2020, 10, 28)
SNAPSHOT = LinkSnapshot("1.0", "2026.11+0123abcd", (5.6, 6.33, 7.22), (4.7, 5.12, 5.6))


def test_every_assumption_is_written_out_defaults_too() -> None:
    address = encode_link(Permalink(Scenario(), DAY, SNAPSHOT))
    assert set(ASSUMPTION_BY_NAME) <= set(address)
    assert set(address) - {"as_of"} <= LINK_KEYS
    assert address["exit_rate_per_year"] == "0.05"
    assert address["steady_state_then"] == "5.6_6.33_7.22"


def test_a_link_reads_back_whole() -> None:
    link = Permalink(Scenario(ageing=0.3, enrolment_stops_on=date(2019, 6, 28)), DAY, SNAPSHOT)
    assert decode_link(encode_link(link)) == (link, ())


def test_the_pages_own_address_says_what_is_changed_only() -> None:
    assert scenario_address(Scenario()) == {}
    assert scenario_address(Scenario(pandemic=False)) == {"schema_version": "3", "pandemic": "no"}


def test_a_link_of_version_1_is_migrated() -> None:
    old = {"schema_version": "1", "growth_per_period": "0.02", "delay_days": "150"}
    link, unusable = decode_link(old)
    assert link.scenario == Scenario(growth_ahead_per_period=0.02, delay_days=150)
    assert unusable == ()


def test_a_link_of_model_1_says_what_it_left_to_the_fit_and_no_more() -> None:
    old = {"schema_version": "2", "held_share": "auto", "aid_drift": "0", "delay_days": "150"}
    link, unusable = decode_link(old)
    assert link.scenario == Scenario(aid_shift=0.0, delay_days=150)
    assert unusable == ()


@pytest.mark.parametrize(
    ("name", "legal"),
    [("held_share", "pandemic_pace, pandemic_lost"), ("aid_drift", "aid_shift")],
)
def test_what_model_2_no_longer_has_is_named(name: str, legal: str) -> None:
    link, (item,) = decode_link({"schema_version": "2", name: "0.04", "delay_days": "150"})
    assert link.scenario == Scenario(delay_days=150)
    assert (item.name, item.value, item.legal) == (name, "0.04", legal)


def test_an_old_name_in_a_new_link_is_named() -> None:
    link, (item,) = decode_link({"schema_version": "2", "growth_per_period": "0.02"})
    assert link.scenario == Scenario()
    assert (item.name, item.legal) == ("growth_per_period", "growth_ahead_per_period")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ({"delay_days": "9999"}, "delay_days"),
        ({"pandemic": "perhaps"}, "pandemic"),
        ({"schema_version": "99"}, "schema_version"),
        ({"schema_version": "two"}, "schema_version"),
        ({"model_version": "x" * 99, "data_version": "1"}, "model_version"),
        (
            {"model_version": "1", "data_version": "1", "next_share_then": "3_2_1"},
            "next_share_then",
        ),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_is_taken(address, name) -> None:
    link, unusable = decode_link(address | {"trend": "0.05"})
    assert [item.name for item in unusable] == [name]
    assert link.scenario == Scenario(trend=0.05)


@pytest.mark.parametrize("language", LANGUAGES)
def test_then_and_now_name_versions_and_headlines(language) -> None:
    now = LinkSnapshot("1.1", "2027.01+89abcdef", (5.0, 6.0, 7.0), None)
    sentence = then_and_now(SNAPSHOT, now, Translator(language))
    for part in ("`1.0`", "`1.1`", "`2026.11+0123abcd`", "6.33", "6.00", "–"):
        assert part in sentence


def test_a_version_cannot_act_as_markup() -> None:
    sentence = then_and_now(LinkSnapshot("**x**`", "[a](b)"), SNAPSHOT, Translator("en"))
    assert "`**x**'`" in sentence


def test_no_key_of_a_link_is_one_of_another_control() -> None:
    others = KNOWN_KEYS - LINK_KEYS
    assert {"as_of", "lang", "origin"} <= others
    assert len(LINK_KEYS) == len(SCENARIO_KEYS) + len(SNAPSHOT_KEYS) + 2 * len(PIN_KEYS)
    assert not LINK_KEYS & set(ARTICLE_INPUTS)


SLOW = Pin("Slow", Scenario(delay_days=300.0))
STOP = Pin("停止加入", Scenario(enrolment_stops_on=date(2020, 6, 28), pandemic=False))


def test_pins_read_back_in_their_order_and_say_only_what_they_change() -> None:
    link = Permalink(Scenario(), DAY, SNAPSHOT, (SLOW, STOP))
    address = encode_link(link)
    assert address["pin_1"] == "delay_days~300"
    assert address["pin_2"] == "enrolment_stops_on~2020-06-28~pandemic~no"
    assert address["pin_2_name"] == "停止加入"
    assert decode_link(address) == (link, ())


def test_the_pin_of_an_old_link_is_migrated() -> None:
    link, unusable = decode_link(
        {"schema_version": "1", "pin_1": "growth_per_period~0.02", "pin_1_name": "Growth"}
    )
    assert link.pins == (Pin("Growth", Scenario(growth_ahead_per_period=0.02)),)
    assert unusable == ()


@pytest.mark.parametrize(
    ("text", "name", "legal", "kept"),
    [
        ("delay_days~9999~pandemic~no", "delay_days", "30 to 500 days", True),
        ("colour~red~pandemic~no", "colour", "", True),
        ("delay_days~9999", "delay_days", "30 to 500 days", False),
        ("pandemic~no~delay_days", "pin_2", "name~value", False),
        ("pandemic~no~pandemic~yes", "pin_2", "name~value", False),
        ("pandemic~no" + "~x~1" * 500, "pin_2", "name~value", False),
    ],
    ids=["out of range", "not known", "nothing left", "half a pair", "said twice", "too long"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_pin_gets_wrong_is_named_with_what_became_of_it(text, name, legal, kept, language):
    address = encode_link(Permalink(Scenario(), DAY, SNAPSHOT, (SLOW, STOP))) | {"pin_2": text}
    link, (item,) = decode_link(address)
    assert (item.name, item.legal, item.pin, item.dropped) == (name, legal, "pin_2", not kept)
    assert link.pins == ((SLOW, Pin(STOP.name, Scenario(pandemic=False))) if kept else (SLOW,))
    sentence = unusable_text(item, Translator(language))
    assert "`pin_2`" in sentence
    assert f"`{name}`" in sentence


@pytest.mark.parametrize(
    ("name", "called"), [("", "2"), ("Slow", "2"), ("x" * 27, "2"), (" a", "2"), ("a\nb", "2")]
)
def test_a_pin_whose_name_cannot_be_used_bears_a_number(name, called) -> None:
    address = encode_link(Permalink(Scenario(), DAY, SNAPSHOT, (SLOW, STOP))) | {"pin_2_name": name}
    link, (item,) = decode_link(address)
    assert [pin.name for pin in link.pins] == ["Slow", called]
    for language in LANGUAGES:
        assert "`pin_2`" in unusable_text(item, Translator(language))


def test_a_number_that_is_taken_is_not_given_again() -> None:
    address = {"pin_1": "pandemic~no", "pin_1_name": "2", "pin_2": "delay_days~300"}
    assert [pin.name for pin in decode_link(address)[0].pins] == ["2", "#2"]
