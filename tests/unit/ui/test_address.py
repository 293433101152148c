"""What an address may ask for, and what is said where it asks for something else."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, catalogue
from ui.address.reading import as_code, as_of_notice, number_notice

DAYS = ["2021-12-14", "2020-10-28", "2020-10-14", "2019-01-28"]


@pytest.mark.parametrize(
    ("asked", "used", "message"),
    [
        ("2020-10-14", "2020-10-14", None),
        ("2020-10-20", "2020-10-14", "address.as_of_snapped"),
        ("2018-01-14", "2020-10-28", "address.as_of_out_of_range"),
        ("2030-01-14", "2020-10-28", "address.as_of_out_of_range"),
        ("20201014", "2020-10-14", None),
        ("2020-13-01", "2020-10-28", "address.as_of_unreadable"),
        ("", "2020-10-28", "address.as_of_unreadable"),
        ("<script>", "2020-10-28", "address.as_of_unreadable"),
    ],
)
def test_as_of_day(asked, used, message):
    day, notice = as_of_notice(asked, DAYS, "2020-10-28")
    assert day == used
    assert (notice.message if notice else None) == message


@pytest.mark.parametrize("asked", ["7", "-1", "nan", "inf", "ten", ""])
def test_numbers_outside_the_range_are_named(asked):
    notice = number_notice("fee", asked, 0.0, 1.0)
    assert notice is not None
    assert (notice.name, notice.value) == ("fee", asked)


@pytest.mark.parametrize("asked", ["0", "1", "0.08", "8e-2"])
def test_numbers_inside_the_range_pass(asked):
    assert number_notice("fee", asked, 0.0, 1.0) is None


@pytest.mark.parametrize("text", ["**bold**", "[a](http://b)", "`x`", "a\nb", "<b>", "x" * 999])
def test_a_readers_text_is_quoted_whole_and_short(text):
    quoted = as_code(text)
    assert quoted[0] == quoted[-1] == "`"
    assert "`" not in quoted[1:-1]
    assert "\n" not in quoted
    assert len(quoted) <= 62


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_names_key_and_value(language):
    for key, text in catalogue(language).items():
        if key.startswith("address."):
            assert "{name}" in text
            assert "{value}" in text
