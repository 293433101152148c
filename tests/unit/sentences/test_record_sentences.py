"""What the record shows in words: aid and payers, the article judged, the lag, the sources."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from forecasting import load_disclosures
from forecasting.disclosures import PACKAGED_DATA
from forecasting.explain.aid_and_payers import Range, aid_record, split_share
from forecasting.explain.case_lag import case_lag
from forecasting.explain.flat_forecast import judge_flat_forecast
from locales import LANGUAGES, Translator
from sentences.common import tables
from sentences.common.figures import figure_card, figure_keys
from sentences.common.sources import WITHHELD, described, with_links
from sentences.data_and_method import assumes
from sentences.history import aid
from sentences.selection_lag import cases
from tests.helpers.record_charts import LAG, known_lag

EN, ZH = Translator("en"), Translator("zh")
FULL = load_disclosures()
SOURCES = FULL.tables.sources
AID = aid_record(FULL)
DELAY = pd.DataFrame([{"name": "delay_days", "q10": 100.0, "q50": 110.0, "q90": 120.0}])


def split(start: str, end: str):
    return split_share(AID, date.fromisoformat(start), date.fromisoformat(end))


def test_the_steps_are_counted_out():
    sentence, steps = aid.rationed(AID, EN), AID.steps
    assert steps is not None
    assert f"{steps.small} of {steps.changes} changes" in sentence
    assert "1,581 cases were paid after 632" in sentence
    assert "rationed" in sentence
    early = aid_record(FULL.as_of("2019-07-28"))
    assert aid.rationed(early, EN) == EN.t("aid.no_steps")


def test_the_tier_note_comes_with_the_tiers():
    assert aid.tier_note(aid_record(FULL.as_of("2020-05-28")), EN) == ""
    assert aid.tier_note(aid_record(FULL.as_of("2020-10-28")), EN).endswith(
        EN.t("aid.tier_unmeasured")
    )
    assert EN.percent(AID.tier_excess, 1) in aid.tier_note(AID, EN)


def test_an_exact_split_says_amounts_and_signs():
    sentence = aid.split(split("2019-07-28", "2019-09-28"), EN)
    assert "more payers took off 0.27 RMB and more aid added 1.75 RMB" in sentence
    assert EN.t("aid.split_exact") in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_members_have_bounds_no_part_is_given_as_one_number(language: str):
    tr, found = Translator(language), split("2020-10-28", "2021-10-14")
    sentence = aid.split(found, tr)
    assert not found.is_exact
    for part in (found.more_aid, found.fewer_payers):
        assert tr.interval(part.low, part.high) in sentence
        assert tr.rmb(part.value) not in sentence
    assert tr.percent(found.part_of_payers.low) in sentence
    assert tr.percent(found.part_of_payers.high) in sentence
    assert tr.t("aid.split_range") in sentence
    assert tr.interval(found.fewer_payers.low, found.fewer_payers.high) in aid.rise(found, tr)


def test_a_part_that_can_go_either_way_says_so():
    found = replace(split("2020-10-28", "2021-10-14"), more_aid=Range(0.5, -0.2, 1.1))
    assert "aid moved it by between -0.20 and 1.10 RMB" in aid.split(found, EN)


def test_a_fall_has_no_part_of_a_rise():
    fall = split("2020-02-14", "2020-02-28")
    assert "of the rise" not in aid.split(fall, EN).lower()
    assert "less aid took off" in aid.split(fall, EN)


def test_the_article_is_judged_in_figures():
    judged = judge_flat_forecast(FULL)
    assert judged is not None
    assert judged.held_until is not None
    sentence = aid.article_judged(judged, EN)
    for part in (
        f"Of the {judged.n} shares",
        f"{judged.within_5} lay within 5%",
        f"{judged.within_10} within 10%",
        EN.date(judged.held_until),
        EN.rmb(judged.mean_abs_error),
        "above it",
    ):
        assert part in sentence
    assert aid.article_judged(None, EN) == EN.t("aid.judged_nothing")
    never = replace(judged, held_until=None, value=9.0)
    assert EN.t("aid.never_held") in aid.article_judged(never, EN)
    assert "below it" in aid.article_judged(never, EN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lag_is_said_as_measured_as_fitted_and_as_the_article_has_it(language: str):
    tr = Translator(language)
    sentence = cases.measured(LAG, 90.0, DELAY, tr)
    assert LAG.half_listed is not None
    for value in (LAG.half_listed.value, LAG.to_payment, 110.0, LAG.within(180)):
        assert tr.number(value) in sentence
    assert tr.t("cases.fitted_longer") not in sentence
    longer = DELAY.assign(q10=140.0)
    assert tr.t("cases.fitted_longer") in cases.measured(LAG, 90.0, longer, tr)
    early = case_lag(FULL.as_of("2019-08-14"))
    assert cases.measured(early, 90.0, DELAY, tr).startswith(tr.t("cases.not_yet_half", lists="3"))
    assert cases.measured(None, 90.0, DELAY, tr) == tr.t("cases.none_yet")


def test_a_list_that_stood_still_tells_of_the_queue():
    assert "were queuing" in cases.how(LAG, EN)
    assert "queuing" not in cases.how(known_lag(FULL.as_of("2019-08-28")), EN)
    assert "queuing" not in cases.how(known_lag(FULL.as_of("2019-07-14")), EN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_case_tables_speak_the_readers_language(language: str):
    tr = Translator(language)
    lists = cases.lists_table(LAG, tr)
    assert lists[tr.t("cases.sampled")].sum() == LAG.cases
    for plan in ("xianghubao", "ehuzhu"):
        timing = load_disclosures(plan=plan).case_timing
        assert len(cases.timing_table(timing, tr)) == len(timing) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_is_a_link_or_says_why_not(language: str):
    tr = Translator(language)
    found = described(SOURCES, SOURCES["source_id"], tr)
    assert len(found) == len(SOURCES)
    for source in found:
        reasons = [
            tr.t(f"sources.{key}") for key in ("no_address", *map("withheld_{}".format, WITHHELD))
        ]
        assert bool(source.url) != any(reason in source.text for reason in reasons)
        assert source.source_id not in source.text
        if source.url:
            assert source.markdown.count("](") == 1
            assert source.markdown.endswith(")")


def test_what_is_withheld_says_why_and_has_no_address():
    rows = SOURCES.set_index("source_id")
    withheld = rows.index[rows["note"].str.contains("address withheld")]
    assert set(withheld) == set(WITHHELD)
    assert (rows.loc[list(WITHHELD), "url"] == "").all()
    ledger, notices = described(SOURCES, WITHHELD, EN)
    assert "private person" in ledger.text
    assert "sick persons" in notices.text


def test_every_publisher_is_named_in_both_languages():
    for row in SOURCES.itertuples():
        assert not re.search(r"[\u4e00-\u9fff]", row.publisher), row.source_id
        (english,) = described(SOURCES, [row.source_id], EN)
        (chinese,) = described(SOURCES, [row.source_id], ZH)
        assert english.text.startswith(row.publisher)
        assert row.publisher_zh.strip()
        assert chinese.text.startswith(row.publisher_zh)


def test_only_a_publisher_without_a_chinese_name_keeps_its_own():
    kept = SOURCES[~SOURCES["publisher_zh"].str.contains(r"[\u4e00-\u9fff]")]
    assert 0 < len(kept) < 6
    in_english = kept["publisher_zh"].str.replace("（", " (").str.replace("）", ")")
    assert in_english.tolist() == kept["publisher"].tolist()


def test_a_publisher_is_named_alike_wherever_it_stands():
    names = SOURCES.groupby("publisher")["publisher_zh"].nunique()
    assert (names == 1).all()


def test_a_folder_without_chinese_names_keeps_the_publishers_own(tmp_path):
    for path in PACKAGED_DATA.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    SOURCES.drop(columns="publisher_zh").to_csv(tmp_path / "sources.csv", index=False)
    rows = load_disclosures(tmp_path).tables.sources
    (source,) = described(rows, ["bluewhale20201228"], ZH)
    assert source.text.startswith("Blue Whale TMT")


def test_nothing_in_a_source_ends_its_link():
    row = SOURCES.iloc[0].to_dict() | {
        "source_id": "odd",
        "publisher": "A [b](c) *d*",
        "published": "2020",
        "url": "https://example.org/a_(b) c",
    }
    (source,) = described(pd.DataFrame([row]), ["odd"], EN)
    assert source.markdown == ("[A \\[b\\](c) \\*d\\*, 2020](https://example.org/a_%28b%29%20c)")


def test_a_table_of_figures_names_publishers_and_links():
    events = tables.events_table(FULL.events, EN)
    linked = with_links(events, SOURCES, EN)
    assert not set(linked["Source"]) & set(SOURCES["source_id"])
    urls = dict(zip(SOURCES["source_id"], SOURCES["url"], strict=True))
    assert linked["Source link"].fillna("").tolist() == [urls[name] for name in events["Source"]]
    assert with_links(linked[["Date"]], SOURCES, EN).columns.tolist() == ["Date"]


def test_a_source_nobody_describes_stands_as_it_is():
    table = pd.DataFrame({"Source": ["gazette", None]})
    linked = with_links(table, SOURCES, EN)
    assert linked["Source"].tolist() == ["gazette", ""]
    assert linked["Source link"].isna().all()


def test_figures_have_names_of_their_own():
    keys = figure_keys(FULL.observations)
    assert keys.is_unique
    assert "critical_illness.share.2020-12-28.kuaikeji20201228" in set(keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_card(language: str):
    tr = Translator(language)
    for _, row in FULL.observations.iterrows():
        card = figure_card(row, FULL.tables, tr)
        assert tr.date(row["period_end"]) in card.title
        assert card.source != tr.t("figure.source", source=row["source_id"])
        assert card.fitted.startswith(tr.t("figure.fitted")) == row["fitted"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_card_knows_of_the_pandemic_from_its_day_on(language: str) -> None:
    tr = Translator(language)
    under_way, over = (tr.t(f"method.card_pandemic_{name}") for name in ("under_way", "over"))
    wording = {
        day: assumes(FULL.as_of(day), tr) for day in ("2019-10-28", "2020-03-14", "2020-11-14")
    }
    assert not any(line in wording["2019-10-28"] for line in (under_way, over))
    assert under_way in wording["2020-03-14"]
    assert over not in wording["2020-03-14"]
    assert over in wording["2020-11-14"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_card_knows_of_case_lists_once_they_are_out(language: str) -> None:
    tr = Translator(language)
    lists = tr.t("method.card_delay_lists")
    assert lists not in assumes(FULL.as_of("2019-06-28"), tr)
    assert lists in assumes(FULL.as_of("2019-10-28"), tr)
