"""Sentences, tables and charts of the insurance page say what their results say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from charts.style.frame import COLUMNS
from forecasting.pricing import (
    Premium,
    Terms,
    allowance_price,
    credibility_by_pool_size,
    fit_trend,
    gap_to_share,
    inpatient_premium,
    level_premium,
    pool_position,
    same_benefit_premium,
    stay_check,
    suspect_cells,
    unit_check,
)
from forecasting.pricing.trend import COSTS
from locales import LANGUAGES, Translator
from sentences.insurance import parts as insurance_parts
from sentences.insurance import summary as insurance
from sentences.insurance import tables as insurance_tables
from tests.helpers import synthetic
from tests.helpers.insurance_charts import (
    KNOWN,
    NO_LEVEL,
    NO_SHARE,
    READINGS,
    SHARE,
    gap_chart,
    hospital_chart,
    position,
    premium_chart,
)

EN, ZH = Translator("en"), Translator("zh")
PREMIUM = same_benefit_premium(34, "male", record=KNOWN)
TABLES = KNOWN.tables
FITS = {cost: fit_trend(TABLES.medical_cost, cost) for cost in COSTS}
RECENT = fit_trend(TABLES.medical_cost, since=1998)
CHECK, INSTEAD = (
    unit_check(TABLES.hospitalization_rate, TABLES.population_china, substitute=flag)
    for flag in (False, True)
)


def test_a_yearly_share_is_24_of_them():
    assert SHARE.disclosed == pytest.approx(24 * 4.86)
    assert SHARE.reference == pytest.approx(24 * 6.0)
    assert NO_LEVEL.reference == NO_LEVEL.disclosed
    assert NO_SHARE.reference is None


@pytest.mark.parametrize(
    ("share", "parts"),
    [
        (SHARE, ("300,000 RMB", "a man of 34", "733 RMB a year, 5.1 times", "144 RMB")),
        (NO_LEVEL, ("733 RMB a year", "116.64 RMB")),
        (NO_SHARE, ("733 RMB a year", "No share that can be relied on")),
    ],
)
def test_the_verdict_names_person_benefit_premium_and_share(share, parts):
    sentence = insurance.verdict(34, "male", PREMIUM, share, EN)
    for part in parts:
        assert part in sentence


def test_a_premium_below_the_share_is_said_to_be():
    cheap = Premium(1e-4, 300_000)
    assert "only 0.4 times" in insurance.verdict(8, "female", cheap, SHARE, EN)
    assert "只有" in insurance.verdict(8, "female", cheap, SHARE, ZH)


def test_what_is_not_known_is_no_number():
    assert len(insurance.numbers(PREMIUM, SHARE, EN)) == 3
    assert [value for _, value, _ in insurance.numbers(PREMIUM, NO_SHARE, EN)] == ["733 RMB", "–"]


def test_the_steps_to_the_premium_are_named_with_the_caps():
    sentence = insurance.built_up(PREMIUM, EN)
    for part in ("12.22 cases", "367 RMB", "110 RMB", "257 RMB", "733 to 1,692 RMB", "35%", "25%"):
        assert part in sentence


def test_the_gap_is_split_without_a_rest():
    steps = gap_to_share(PREMIUM, position(), 34, "male").set_index("step")["rmb"]
    assert steps.iloc[:-1].sum() == pytest.approx(steps["gross"])
    assert steps["gross"] == pytest.approx(PREMIUM.gross)
    sentence = insurance.gap(gap_to_share(PREMIUM, position(), 34, "male"), EN)
    assert f"+{EN.rmb(steps['gross'] - steps['share'], 0)} a year" in sentence
    child = same_benefit_premium(8, "female", record=KNOWN)
    assert "−" in insurance.gap(gap_to_share(child, position(), 8, "female"), EN)


def test_what_takes_away_is_drawn_apart():
    amounts = {text: bar for bar in gap_chart(EN, 8).figure.data for text in bar.text}
    assert any(text.startswith("−") for text in amounts)
    assert not any(text.startswith("−") for bar in gap_chart(EN).figure.data for text in bar.text)


@pytest.mark.parametrize(
    ("men", "women", "share", "wording"),
    [
        ([(4, 11)], [(4, 4), (6, 8)], SHARE, "men 4 to 11; women 4, 6 to 8"),
        ([(4, 11)], [], SHARE, "women at no age"),
        ([], [], SHARE, "At no age"),
        ([], [], NO_SHARE, "no break-even age"),
    ],
)
def test_break_even_ages_are_named(men, women, share, wording):
    assert wording in insurance.cheaper_ages(men, women, share, EN)


@pytest.mark.parametrize(("age", "word"), [(20, "pays on top"), (39, "gains")])
def test_who_gains_and_who_pays(age, word):
    sentence = insurance.pool(position(), age, "female", EN)
    assert f"**{word} " in sentence
    assert EN.percent(position().gaining) in sentence
    assert "a man of 59 gains most" in sentence


def test_the_readings_are_told_apart():
    sentence = insurance_parts.readings(READINGS, EN)
    for part in ("7.5 cases", "75%", "27%", "34%", "28%", "11 times", "31.4"):
        assert part in sentence


def test_both_rates_and_two_sizes_of_pool_are_in_rmb():
    by_size = credibility_by_pool_size(377.0, 152.0, 7.8e-4)
    sentence = insurance_parts.rating(by_size, 377.0, 152.0, synthetic.credibility(), EN)
    for part in ("377 RMB", "152 RMB", "1,000", "1 million", "5%", "98%"):
        assert part in sentence


def trend_sentence(fits) -> str:
    prices = {
        name: inpatient_premium(TABLES.medical_cost, factor, 5)
        for name, factor in (("chosen", 0.12), ("fitted", 0.103), ("low", 0.1), ("high", 0.15))
    }
    return insurance_parts.trend(fits, RECENT, prices, 0.12, 5, EN)


def test_the_trend_is_compared_with_the_quoted_range():
    sentence = trend_sentence(FITS)
    for part in ("10.3% a year", "7.7% to 13.0%", "13.2%", "14.6%", "8.0%", "in 2007", "All three"):
        assert part in sentence
    slower = {**FITS, "hospital_stay": replace(FITS["hospital_stay"], growth=0.05)}
    assert "Not all three" in trend_sentence(slower)


@pytest.mark.parametrize(
    ("choice", "wording"), [("printed", "as printed"), ("substitute", "127.8")]
)
def test_a_doubtful_rate_is_named_with_its_price(choice, wording):
    price = allowance_price(TABLES, 70, "female", "urban", 100, choice)
    sentence = insurance_parts.hospital(price, 100, "a woman of 70", "urban", EN)
    assert "64.8 per 1,000" in sentence
    assert wording in sentence


def test_a_sound_rate_needs_no_word():
    price = allowance_price(TABLES, 34, "male", "urban", 100)
    assert "doubtful" not in insurance_parts.hospital(price, 100, "a man of 34", "urban", EN)


def test_a_refused_cell_is_empty_and_marked():
    chart = hospital_chart(EN)
    women = next(bar for bar in chart.figure.data if bar.name == "women")
    assert np.isnan(women.y[-1])
    assert [mark.text for mark in chart.figure.layout.annotations].count("?") == 1
    chosen = hospital_chart(EN, "printed")
    assert next(bar for bar in chosen.figure.data if bar.name == "women").y[-1] > 0


def test_the_unit_is_argued_with_the_printed_totals():
    sentence = insurance_parts.hospital_unit(CHECK, EN)
    for part in ("3.0% to 5.4%", "2.87% to 5.45%", "30% to 54%"):
        assert part in sentence


def test_the_total_is_asked_which_rate_it_is_nearer_to():
    sentence = insurance_parts.doubtful(CHECK, INSTEAD, EN)
    for part in ("5.42%", "6.23%", "5.45%", "for the printed rate"):
        assert part in sentence
    assert "for the substitute" in insurance_parts.doubtful(INSTEAD, CHECK, EN)


def test_the_length_of_stays_is_questioned():
    sentence = insurance_parts.stays(stay_check(TABLES), EN)
    for part in ("31.2 days", "15.4", "13.3 for 1995"):
        assert part in sentence


@pytest.mark.parametrize(
    ("age", "words"),
    [(34, "paid too much early on"), (39, "still the full one"), (59, "times as much.")],
)
def test_the_level_premium_is_told_as_it_runs(age, words):
    result = level_premium(KNOWN, age, "female")
    assert words in insurance_parts.level(result, SHARE, age, "female", EN)


def test_without_a_share_the_level_premium_stands_alone():
    result = level_premium(KNOWN, 34, "female")
    assert "share" not in insurance_parts.level(result, NO_SHARE, 34, "female", EN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_page_has_a_language(language):
    tr = Translator(language)
    for table in (
        insurance_tables.steps_table(PREMIUM, tr),
        insurance_tables.trends_table([*FITS.values(), RECENT], tr),
        insurance_tables.unit_table(CHECK, INSTEAD, tr),
        insurance_tables.suspects_table(suspect_cells(TABLES.hospitalization_rate), tr),
    ):
        assert len(table) > 0
        assert table.columns.is_unique


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", ["insurance.source_document", "insurance.source_level"])
def test_the_sources_leave_room_for_day_and_versions(language, source):
    stamp = replace(synthetic.STAMP, source_key=source)
    assert len(stamp.lines(Translator(language), COLUMNS.stamp)) == 4


def test_the_chosen_person_is_marked_and_the_share_drawn_flat():
    chart = premium_chart(EN)
    (mark,) = [trace for trace in chart.figure.data if trace.mode == "markers"]
    assert mark.x[0] == 34
    assert mark.y[0] == pytest.approx(same_benefit_premium(34, "female", record=KNOWN).gross)
    flat = next(
        t for t in chart.figure.data if t.name == EN.t("insurance.series_steady") and t.line.dash
    )
    assert list(flat.y) == [SHARE.reference] * 2


def test_a_higher_share_lets_the_same_people_gain():
    one, two = (pool_position(KNOWN, share) for share in (100.0, 150.0))
    assert two.table_share == pytest.approx(one.table_share)


def test_terms_move_the_loading_and_nothing_else():
    dear = same_benefit_premium(34, "male", record=KNOWN)
    assert replace(dear, terms=Terms(0.0, 0.0)).gross == pytest.approx(dear.risk)
