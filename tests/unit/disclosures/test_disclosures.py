"""Loading, overlays, the view of a day, what is fitted, the period table and the conflicts."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from forecasting.base.errors import InputError
from forecasting.disclosures import (
    DATA_RELEASE,
    PACKAGED_DATA,
    REASONS,
    load_disclosures,
    load_tables,
)
from forecasting.disclosures.figures import with_reasons
from forecasting.disclosures.schemas import EVENTS, PLAN_RULES, PLANS, SHOCKS, SOURCES, TABLES
from tests.helpers.observation_rows import csv_of, figure, folder_with

RECORD = load_disclosures()


def village(folder: Path, *rows: dict[str, str], **tables: str):
    """The disclosures of a plan that only its own folder knows."""
    folder_with(folder, observations=csv_of(rows or [figure()]), **tables)
    return load_disclosures(folder, plan="village")


def table_of(schema, *rows: str) -> str:
    return "\n".join([",".join(schema.columns), *rows]) + "\n"


def test_the_packaged_record_loads_without_a_warning():
    assert RECORD.warnings == ()
    assert RECORD.day == date(2023, 7, 31)
    assert RECORD.known_until is None
    assert set(RECORD.observations["plan"]) == {"xianghubao"}
    assert set(RECORD.events["plan"]) == {"xianghubao", "industry"}
    assert RECORD.plan_info.closed == date(2022, 1, 28)


@pytest.mark.parametrize("plan", load_tables().plans["plan"])
def test_every_listed_plan_loads_and_gives_its_tables(plan: str):
    disclosures = load_disclosures(plan=plan)
    assert disclosures.first_settlement.day in (14, 28)
    assert disclosures.period_table()["date"].is_unique
    disclosures.identity_checks()
    disclosures.conflicts()


def test_a_plan_that_nothing_knows_is_refused_with_the_plans_that_are():
    with pytest.raises(InputError, match=r"plan: found 'atlantis', legal: baidu, .*xianghubao"):
        load_disclosures(plan="atlantis")


def test_days_are_days_and_rows_point_into_the_file():
    lines = (PACKAGED_DATA / "observations.csv").read_text(encoding="utf-8").splitlines()
    for found in RECORD.observations.itertuples():
        assert f",{found.quantity},{found.period_start.date()}," in lines[found.row - 1]
    for table, column in (
        ("rules", "effective_from"),
        ("events", "date"),
        ("shocks", "known_from"),
    ):
        assert pd.api.types.is_datetime64_dtype(getattr(RECORD, table)[column])


def test_the_data_version_names_the_release_and_follows_the_content(tmp_path: Path):
    release, content = RECORD.data_version.split("+")
    assert release == DATA_RELEASE
    assert len(content) == 8
    assert RECORD.as_of("2020-10-28").data_version == RECORD.data_version
    ours = (PACKAGED_DATA / "glossary.csv").read_bytes()
    folder_with(tmp_path, glossary=ours.replace(b"\n", b"\r\n"))
    assert load_disclosures(tmp_path).data_version == RECORD.data_version
    folder_with(tmp_path, glossary=ours + b"more,more,more\n")
    assert load_disclosures(tmp_path).data_version != RECORD.data_version


class TestViewOfADay:
    def test_only_what_was_known_is_kept(self):
        view = RECORD.as_of("2020-10-28")
        assert view.day == date(2020, 10, 28)
        assert view.observations["period_end"].max() == pd.Timestamp("2020-10-28")
        assert view.rules["effective_from"].max() <= pd.Timestamp("2020-10-28")
        assert view.events["date"].max() == pd.Timestamp("2020-10-28")
        assert view.published_forecasts["by"].tolist()[-1] == "Wang Mingyan FSA"
        assert view.last_settlement == date(2020, 10, 28)

    @pytest.mark.parametrize(("day", "known"), [("2020-02-04", 0), ("2020-02-05", 1)])
    def test_the_shock_is_known_from_its_announcement(self, day: str, known: int):
        assert len(RECORD.as_of(day).shocks) == known

    @pytest.mark.parametrize(("day", "known"), [("2020-10-27", 0), ("2020-10-28", 3)])
    def test_the_articles_age_bands_are_known_when_it_was_out(self, day: str, known: int):
        profile = RECORD.as_of(day).member_profile
        assert profile["group"].str.startswith("born").sum() == known

    def test_a_view_cannot_give_back_what_it_does_not_hold(self):
        view = RECORD.as_of("2019-12-31").as_of("2021-12-31")
        assert view.day == date(2019, 12, 31)

    def test_a_day_after_the_last_figure_is_taken_as_asked(self):
        assert RECORD.as_of("2030-01-01").day == date(2030, 1, 1)

    def test_days_come_as_text_date_or_time(self):
        days = {
            RECORD.as_of(day).day
            for day in ("2020-10-28", date(2020, 10, 28), datetime(2020, 10, 28, 12))
        }
        assert days == {date(2020, 10, 28)}

    @pytest.mark.parametrize(
        "day", ["2020-02-30", "20201028", "2020-W44-3", "soon", "", "1999-12-31", "2101-01-01"]
    )
    def test_a_day_that_is_none_is_refused(self, day: str):
        with pytest.raises(InputError, match=f"as-of day: found '{day}', legal: a day that exists"):
            RECORD.as_of(day)

    def test_before_the_first_figure_nothing_is_known_and_nothing_breaks(self):
        view = RECORD.as_of("2018-10-01")
        assert view.observations.empty
        assert view.figures().empty
        assert view.period_table().empty
        assert view.identity_checks().empty
        assert view.conflicts().empty


class TestRules:
    def test_a_rule_holds_until_the_next(self):
        days = [date(2018, 10, 15), date(2018, 10, 16), date(2018, 11, 26), date(2018, 11, 27)]
        fees = [RECORD.rule("management_fee_rate", day) for day in days]
        assert fees == [None, 0.1, 0.1, 0.08]

    def test_the_default_is_for_a_day_before_the_rule(self):
        assert RECORD.rule("management_fee_rate", date(2018, 1, 1), 0.08) == 0.08
        assert RECORD.rule("no_such_rule", date(2020, 1, 1)) is None

    def test_a_rule_to_come_is_not_known(self):
        view = RECORD.as_of("2019-04-30")
        assert view.rule("benefit_mild_thyroid", date(2019, 5, 1)) == 300_000
        assert RECORD.rule("benefit_mild_thyroid", date(2019, 5, 1)) == 50_000

    def test_changes_come_in_order(self):
        assert RECORD.rule_changes("benefit_mild_thyroid") == [
            (date(2018, 10, 16), 300_000.0),
            (date(2019, 5, 1), 50_000.0),
            (date(2020, 1, 1), 0.0),
        ]


class TestFitted:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({}, ""),
            ({"bound": "<"}, ""),
            ({"confidence": "low"}, "low_confidence"),
            ({"scope": "seniors_cancer"}, "other_pool"),
            ({"scope": "unstated"}, "other_pool"),
            ({"scope": "all_plans"}, "other_pool"),
            ({"scope": "all_plans", "quantity": "sharing_members", "unit": "persons"}, ""),
            ({"quantity": "management_fee", "unit": "rmb"}, "not_modelled"),
            ({"quantity": "helped_sum", "unit": "persons", "period_start": "2020-01-01"}, ""),
            ({"value": "0"}, "zero"),
            ({"value": "0.09"}, "small_share"),
            ({"quantity": "helped", "value": "9", "unit": "persons"}, "few_cases"),
            ({"value": "0.1"}, ""),
            ({"quantity": "share_sum", "value": "0.09"}, ""),
            ({"period_start": "2020-10-14"}, "not_one_settlement"),
        ],
    )
    def test_a_row_is_fitted_or_says_why_not(
        self, tmp_path: Path, changes: dict[str, str], reason: str
    ):
        disclosures = village(tmp_path, figure() | changes)
        assert disclosures.observations["reason"].tolist() == [reason]
        assert len(disclosures.figures()) == (reason == "")

    @pytest.mark.parametrize(
        ("better", "worse"),
        [
            ({"confidence": "high"}, {"confidence": "medium", "rounding_half_width": "0"}),
            ({"placement": "stated"}, {"placement": "inferred", "rounding_half_width": "0"}),
            ({"rounding_half_width": "0.005"}, {"rounding_half_width": "0.05"}),
            ({"note": "earlier row"}, {"note": "later row"}),
        ],
    )
    def test_of_two_values_the_better_attested_is_fitted(
        self, tmp_path: Path, better: dict[str, str], worse: dict[str, str]
    ):
        good, bad = figure(**better), figure(source_id="herald", value="5.2", **worse)
        reasons = village(tmp_path, good, bad).observations["reason"].tolist()
        assert reasons == ["", "superseded"]
        if "note" not in better:
            reasons = village(tmp_path, bad, good).observations["reason"].tolist()
            assert reasons == ["superseded", ""]

    def test_the_same_figure_of_another_source_confirms_it(self, tmp_path: Path):
        again = figure(source_id="herald")
        rounder = figure(source_id="courier", value="4.9", rounding_half_width="0.05")
        disclosures = village(tmp_path, figure(), again, rounder)
        reasons = disclosures.observations["reason"].tolist()
        assert reasons == ["", "confirmation", "confirmation"]
        assert disclosures.period_table()["share_records"].tolist() == [3]

    def test_a_bound_supersedes_nothing_and_is_a_check_beside_the_figure(self, tmp_path: Path):
        bound = figure(bound="<", value="5", source_id="herald")
        assert len(village(tmp_path, bound).figures()) == 1
        reasons = village(tmp_path, figure(), bound).observations["reason"].tolist()
        assert reasons == ["", "made_up"]

    def test_reasons_have_words(self):
        assert set(RECORD.observations["reason"]) - {""} <= set(REASONS)

    @pytest.mark.parametrize("day", ["2019-05-28", "2019-07-31", "2019-12-31", "2020-10-28"])
    def test_what_is_fitted_rests_on_what_was_known_that_day(self, day: str):
        view = RECORD.as_of(day).observations
        pd.testing.assert_frame_equal(with_reasons(view), view)


class TestOverlay:
    def test_a_plan_that_only_its_figures_know(self, tmp_path: Path):
        disclosures = village(tmp_path, figure("2020-10-14"), figure())
        assert disclosures.plan_info.launched is None
        assert disclosures.rules.empty
        assert disclosures.shocks.empty
        assert set(disclosures.events["plan"]) == {"industry"}
        assert disclosures.rule("management_fee_rate", disclosures.day, 0.08) == 0.08
        assert (disclosures.first_settlement, disclosures.last_settlement, disclosures.day) == (
            date(2020, 10, 14),
            date(2020, 10, 28),
            date(2020, 10, 28),
        )
        text = "\n".join(disclosures.warnings)
        for missing in (
            "plans.csv has no row",
            "plan_rules.csv has no row",
            "not describe gazette",
        ):
            assert missing in text
        assert disclosures.period_table()["share"].tolist() == [4.86, 4.86]
        assert disclosures.identity_checks().empty

    def test_its_own_rules_plan_and_sources_apply(self, tmp_path: Path):
        disclosures = village(
            tmp_path,
            plan_rules=table_of(
                PLAN_RULES,
                "village,waiting_period_days,2019-01-01,180,days,gazette,",
                "xianghubao,management_fee_rate,2018-10-16,0.5,share of aid,gazette,",
            ),
            plans=table_of(PLANS, "village,Village,村,,2019-03,month,2021,year,,,,gazette"),
            sources=table_of(SOURCES, "gazette,Gazette,,,,en,high,"),
            events=table_of(EVENTS, "2019-03-01,month,village,launch,Begins,开始,gazette"),
            shocks=table_of(SHOCKS, "village,flood,2020-02-14,1,0.5,0,2020-02-01,gazette,"),
        )
        assert disclosures.warnings == ()
        assert disclosures.rule("waiting_period_days", date(2020, 1, 1)) == 180
        assert disclosures.rule("management_fee_rate", date(2020, 1, 1)) is None
        assert disclosures.plan_info.launched == date(2019, 3, 1)
        assert disclosures.plan_info.closed == date(2021, 12, 31)
        assert disclosures.shocks["shock"].tolist() == ["flood"]

    def test_files_not_in_the_folder_stay_ours(self, tmp_path: Path):
        disclosures = village(tmp_path)
        for name in ("ci_incidence", "population_china", "plans"):
            ours, theirs = getattr(RECORD.tables, name), getattr(disclosures.tables, name)
            pd.testing.assert_frame_equal(ours, theirs)

    def test_our_own_plan_without_figures_in_the_folder_says_whose_are_there(self, tmp_path: Path):
        folder_with(tmp_path, observations=csv_of([figure()]))
        disclosures = load_disclosures(tmp_path)
        assert disclosures.observations.empty
        assert "no figure of it, only of village" in disclosures.warnings[-1]

    def test_every_bad_file_of_a_folder_is_reported(self, tmp_path: Path):
        folder_with(tmp_path, observations=csv_of([figure(value="-3")]), plans="plan\nvillage\n")
        with pytest.raises(InputError) as refused:
            load_disclosures(tmp_path, plan="village")
        assert f"{tmp_path}/observations.csv: row 2, column value" in str(refused.value)
        assert f"{tmp_path}/plans.csv: row 1: found no column name_en" in str(refused.value)

    def test_a_folder_that_does_not_exist_is_refused(self, tmp_path: Path):
        with pytest.raises(InputError, match="not a folder"):
            load_disclosures(tmp_path / "nowhere")

    def test_an_empty_folder_changes_nothing(self, tmp_path: Path):
        disclosures = load_disclosures(tmp_path)
        assert disclosures.data_version == RECORD.data_version
        assert disclosures.warnings == ()

    def test_a_misnamed_table_is_pointed_out(self, tmp_path: Path):
        folder_with(tmp_path, observation="a\n1\n")
        warnings = load_disclosures(tmp_path).warnings
        assert "observation.csv: not a table of the data folder, not read" in warnings[0]
        assert "observations.csv" in warnings[1]

    def test_changing_a_loaded_table_leaves_the_next_load_alone(self):
        spoiled = load_disclosures()
        spoiled.observations["value"] = 0.0
        spoiled.rules.loc[:, "value"] = -1.0
        spoiled.tables.ci_incidence["rate_per_1000"] = 0.0
        assert load_disclosures().observations["value"].max() > 0
        assert not (load_disclosures().rules["value"] == -1.0).any()
        assert load_disclosures().tables.ci_incidence["rate_per_1000"].max() > 0

    def test_a_source_missing_from_our_own_data_is_an_error(self, tmp_path: Path, monkeypatch):
        for schema in TABLES:
            (tmp_path / schema.file).write_bytes((PACKAGED_DATA / schema.file).read_bytes())
        lines = (tmp_path / "observations.csv").read_text(encoding="utf-8").splitlines()
        row = next(number for number, line in enumerate(lines, 1) if ",deb2021," in line)
        path = tmp_path / "sources.csv"
        path.write_bytes(path.read_bytes().replace(b"\ndeb2021,", b"\nbed2021,"))
        monkeypatch.setattr("forecasting.disclosures.folder.PACKAGED_DATA", tmp_path)
        with pytest.raises(
            InputError, match=f"observations.csv: row {row}, column source_id: found"
        ):
            load_disclosures()
