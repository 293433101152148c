"""The lines of code that recipes are put together from: one registry, a step a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Step:
    """Lines that define one name: what they import, and the names they need before them."""

    code: str
    imports: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "tr": Step("tr = Translator({language})", ("locales:Translator",)),
        "record": Step("record = load_disclosures(plan={plan})", ("forecasting:load_disclosures",)),
        "known": Step(
            "known = record.as_of({as_of})  # what was public that day, and nothing later",
            needs=("record",),
        ),
        "stamp": Step(
            "stamp = Stamp({day}, record.data_version, MODEL_VERSION)",
            ("datetime:date", "charts.style.chart:Stamp", "forecasting:MODEL_VERSION"),
            ("record",),
        ),
        "fitted": Step(
            "fitted = fit(known, {scenario})",
            ("forecasting:fit", "forecasting:Scenario"),
            ("known",),
        ),
        "outlook": Step(
            "outlook = forecast(fitted, horizon={horizon})", ("forecasting:forecast",), ("fitted",)
        ),
        "as_fitted": Step(
            "as_fitted = forecast(fit(known, Scenario()), horizon={horizon})",
            ("forecasting:Scenario", "forecasting:fit", "forecasting:forecast"),
            ("known",),
        ),
        "lines": Step(
            "name = name_of(outlook.scenario, outlook.as_of, tr)\n"
            "pins = {pinned}\n"
            "pinned = [\n"
            "    (pin, forecast(fit(known, assumed), horizon={horizon}))\n"
            "    for pin, assumed in pins.items()\n"
            "]\n"
            "drawn = lines(as_fitted, outlook, name, pinned, tr)",
            (
                "charts.scenarios:lines",
                "forecasting:Scenario",
                "forecasting:fit",
                "forecasting:forecast",
                "sentences.scenarios:name_of",
            ),
            ("known", "as_fitted", "outlook", "measure"),
        ),
        "measure": Step("measure = {measure}"),
        "outlook_or_none": Step(
            "try:\n"
            "    outlook = forecast(fit(known, {scenario}), horizon={horizon})\n"
            "except Refused:\n"
            "    outlook = None  # too little was known that day",
            (
                "forecasting:Refused",
                "forecasting:Scenario",
                "forecasting:fit",
                "forecasting:forecast",
            ),
            ("known",),
        ),
        "came": Step(
            "came = what_came(record, outlook).frame", ("forecasting:what_came",), ("outlook",)
        ),
        "curves": Step(
            "try:\n"
            "    curves = fit_growth_curves(known)\n"
            "except Refused:\n"
            "    curves = {{}}  # too little was known that day",
            ("forecasting:Refused", "forecasting.members.growth_fit:fit_growth_curves"),
            ("known",),
        ),
        "exits": Step(
            "exits = fit_exits(fitted)", ("forecasting.explain.exits:fit_exits",), ("fitted",)
        ),
        "dilution": Step(
            "dilution = decompose_dilution(fitted)",
            ("forecasting:decompose_dilution",),
            ("fitted",),
        ),
        "lag": Step(
            "lag = selection_curves(fitted)", ("forecasting:selection_curves",), ("fitted",)
        ),
        "case_lag": Step(
            "seen = case_lag(known)", ("forecasting.explain.case_lag:case_lag",), ("known",)
        ),
        "waiting": Step(
            "waiting = fit(known).regime.waiting_days  # the rule, whatever a scenario assumes",
            ("forecasting:fit",),
            ("known",),
        ),
        "cohorts": Step("cohorts = cohort_map(fitted)", ("forecasting:cohort_map",), ("fitted",)),
        "rates": Step("rates = credibility(fitted)", ("forecasting:credibility",), ("fitted",)),
        "ages": Step(
            "ages = age_curves(record)", ("forecasting.article.swings:age_curves",), ("record",)
        ),
        "inputs": Step("inputs = {settings}"),
        "yours": Step("yours = steady_state(**inputs)", ("forecasting:steady_state",), ("inputs",)),
        "yours_or_none": Step(
            "try:\n"
            "    yours = steady_state(**inputs)\n"
            "except InputError:\n"
            "    yours = None  # these inputs cannot be used together",
            ("forecasting:InputError", "forecasting:steady_state"),
            ("inputs",),
        ),
        "member": Step(
            "member = Member({arguments})", ("datetime:date", "forecasting.explain.account:Member")
        ),
        "account": Step(
            "account = member_account(share_draws(record, fitted, {horizon}), member)",
            (
                "forecasting.explain.account:member_account",
                "forecasting.explain.account:share_draws",
            ),
            ("record", "fitted", "member"),
        ),
        "backtest": Step(
            "backtest = run_backtest(record)  # takes a while",
            ("forecasting.evaluation.backtest:run_backtest",),
            ("record",),
        ),
        "origin": Step("origin = {origin}", ("datetime:date",)),
        "shares": Step(
            "shares = disclosed_shares(record.as_of(origin))",
            ("forecasting.disclosures.series:disclosed_shares",),
            ("record", "origin"),
        ),
        "aid": Step(
            "aid = aid_record(known)",
            ("forecasting.explain.aid_and_payers:aid_record",),
            ("known",),
        ),
        "two_days": Step(
            "start, end = date.fromisoformat({split_from}), date.fromisoformat({split_until})",
            ("datetime:date",),
        ),
        "aid_or_payers": Step(
            "aid_or_payers = split_share(aid, start, end)",
            ("forecasting.explain.aid_and_payers:split_share",),
            ("aid", "two_days"),
        ),
        "causes": Step(
            "causes = split_growth(fitted, start, end)",
            ("forecasting.explain.share_change:split_growth",),
            ("fitted", "two_days"),
        ),
        "budget": Step(
            "whole = record.as_of(record.last_settlement)\n"
            "budget = error_budget(fit(record.as_of(origin)), fit(whole))",
            ("forecasting.explain.error_budget:error_budget", "forecasting:fit"),
            ("record", "origin"),
        ),
        "sensitivity": Step(
            'sensitivity = global_sensitivity(fitted, "posterior")  # takes a while',
            ("forecasting.sweeps.sobol:global_sensitivity",),
            ("fitted",),
        ),
        "checks": Step(
            "checks = check_fit(fitted)", ("forecasting.fitting.checks:check_fit",), ("fitted",)
        ),
        "path": Step(
            "path = credibility_path(known, scenario={scenario})  # takes a while",
            ("forecasting:Scenario", "forecasting.explain.credibility:credibility_path"),
            ("known",),
        ),
        "terms": Step(
            "terms = Terms({safety_loading}, {expense_share}, {business})",
            ("forecasting.pricing:Terms",),
        ),
        "basis": Step(
            "basis = Basis({incidence_table}, {table_deduction}, terms)",
            ("forecasting.pricing:Basis",),
            ("terms",),
        ),
        "premium": Step(
            "premium = same_benefit_premium({insured_age}, {sex}, basis, known)",
            ("forecasting.pricing:same_benefit_premium",),
            ("known", "basis"),
        ),
        "by_age": Step(
            "by_age = premium_by_age(known, basis)",
            ("forecasting.pricing:premium_by_age",),
            ("known", "basis"),
        ),
        "yearly": Step(
            "yearly = yearly_share(known, outlook.steady_state if outlook else None)",
            ("forecasting.pricing:yearly_share",),
            ("outlook_or_none",),
        ),
        "usual_share": Step(
            "usual_share = yearly_share(known, outlook.steady_state).reference",
            ("forecasting.pricing:yearly_share",),
            ("outlook",),
        ),
        "position": Step(
            "position = pool_position(known, usual_share, {incidence_table})",
            ("forecasting.pricing:pool_position",),
            ("usual_share",),
        ),
        "level": Step(
            "level = level_premium(known, {insured_age}, {sex}, basis, {interest}, {lapse})",
            ("forecasting.pricing:level_premium",),
            ("known", "basis"),
        ),
        "readings": Step(
            "readings = actual_against_expected(fitted, {incidence_table})",
            ("forecasting.pricing:actual_against_expected",),
            ("fitted",),
        ),
        "by_size": Step(
            "by_size = credibility_by_pool_size(\n"
            "    position.table_share, usual_share, readings.actual.q50\n"
            ")",
            ("forecasting.pricing:credibility_by_pool_size",),
            ("position", "readings"),
        ),
        "trend": Step(
            'trend = fit_trend(known.tables.medical_cost, "hospital_stay")',
            ("forecasting.pricing:fit_trend",),
            ("known",),
        ),
        "prices": Step(
            "prices = allowance_by_band(\n"
            "    known.tables, {residence}, {daily_allowance}, {suspect_cells},\n"
            "    {insured_multiple}, terms,\n"
            ")",
            ("forecasting.pricing:allowance_by_band",),
            ("known", "terms"),
        ),
        "every": Step("every = compare_plans()", ("forecasting.plans.comparison:compare_plans",)),
        "economics": Step(
            "economics = fee_economics(known, outlook.next_year_total if outlook else None)",
            ("forecasting.plans.fee:fee_economics",),
            ("outlook_or_none",),
        ),
        "spiral": Step(
            "whole = fit(record.as_of(record.last_settlement), {scenario})\n"
            "spiral = decline_picture(decline_state(fit_exits(whole), {year}))",
            (
                "forecasting:Scenario",
                "forecasting:fit",
                "forecasting.plans.decline:decline_picture",
                "forecasting.plans.decline:decline_state",
                "forecasting.explain.exits:fit_exits",
            ),
            ("record",),
        ),
        "example": Step(
            "content = to_csv(example(record.as_of({known_on}))).encode()",
            ("datetime:date", "forecasting.uploads.reading:example"),
            ("record",),
        ),
        "upload_file": Step(
            "content = Path({upload_file}).read_bytes()  # your file",
            ("pathlib:Path",),
        ),
        "upload_forecast": Step(
            "found = forecast_upload(\n"
            "    content, {upload_plan}, {horizon}, {upload_file}, {upload_launch}\n)",
            ("datetime:date", "forecasting.uploads.reading:forecast_upload"),
        ),
    }
)
