"""The text form of the command line's results."""

from __future__ import annotations

import pandas as pd

from forecasting.article.calculation import ManualSteadyState
from forecasting.base.quantiles import Quantiles
from forecasting.evaluation.backtest import SPANS, Backtest
from forecasting.evaluation.outcomes import TrackRecord
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.simulation.paths import Forecast

STEP_LABELS = {
    "male_rate": "incidence, men, per 10,000",
    "female_rate": "incidence, women, per 10,000",
    "persons_per_year": "persons a year among 100 million",
    "persons_after_deduction": "after the deduction (and loading)",
    "aid_per_year": "aid a year, RMB",
    "aid_and_fee_per_year": "with the fee, RMB",
    "rmb_per_year": "RMB a member and year",
    "share_per_period": "RMB a settlement",
    "share_with_100_diseases": "with 5% for 100 diseases",
    "share_printed_with_100_diseases": "5% on the printed 5.025",
}


def _range(quantiles: Quantiles, digits: int = 2, scale: float = 1.0) -> str:
    low, high = (bound * scale for bound in quantiles.interval(80))
    return f"{quantiles.q50 * scale:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def forecast_report(result: Forecast, record: TrackRecord) -> str:
    """Headline, the settlements ahead with what came beside them, and how far off it was."""
    lines = [
        f"{result.plan}, known on {result.as_of}; model {result.model} {result.model_version}, "
        f"data {result.data_version}. Medians with 80% intervals.",
        f"steady state      {_range(result.steady_state)} RMB a settlement",
    ]
    if result.next_share:
        lines.append(f"next settlement   {_range(result.next_share)} RMB")
    if result.next_year_total:
        a_year = f"next {result.settlements_a_year}"
        lines.append(f"{a_year:<18}{_range(result.next_year_total, 0)} RMB in all")
    lines += [
        f"selection lag     {_range(result.lag_periods, 1)} half-months "
        f"({_range(result.lag_periods, 1, 0.5)} months)",
        f"settling time     {_range(result.settling_periods, 0)} half-months",
        "",
        "settlement  status         median   80% interval    undiluted   came",
    ]
    came = dict(zip(record.frame["date"], record.frame["value"], strict=True))
    ahead = result.periods[result.periods["date"] > pd.Timestamp(result.as_of)]
    for row in ahead.itertuples():
        actual = came.get(row.date)
        lines.append(
            f"{row.date:%Y-%m-%d}  {row.status:<13}{row.share_q50:8.2f}   "
            f"[{row.share_q10:5.2f}, {row.share_q90:5.2f}]  {row.undiluted_share_q50:9.2f}"
            + (f"   {actual:.2f}" if actual is not None else "")
        )
    if record.n:
        lines += [
            "",
            f"What came: {record.n} shares were disclosed later within this horizon. "
            f"{record.inside_80} of {record.n} fell inside the 80% interval "
            f"(mean width {record.mean_width_80:.2f} RMB).",
            f"Mean absolute error {record.mean_abs_error:.2f} RMB"
            + (
                f"; the article's flat 5.025 was {record.article_mean_abs_error:.2f} RMB off."
                if pd.notna(record.article_mean_abs_error)
                else "."
            ),
        ]
    return "\n".join(lines) + "\n"


def fit_report(result: SelectionLagFit) -> str:
    """Parameters with prior and posterior, and how well the figures are reproduced."""
    lines = [
        f"{result.disclosures.plan}, known on {result.as_of}; "
        f"{'converged' if result.converged else 'NOT CONVERGED'} after {result.evaluations} "
        f"evaluations on {len(result.residuals)} figures.",
        "",
        f"{'parameter':<20}{'prior median [80%]':>32}{'posterior median [80%]':>34}  unit",
    ]
    for row in result.parameters.itertuples():
        prior = f"{row.prior_q50:.4g} [{row.prior_q10:.4g}, {row.prior_q90:.4g}]"
        posterior = f"{row.q50:.4g} [{row.q10:.4g}, {row.q90:.4g}]" if row.free else "fixed"
        lines.append(f"{row.name:<20}{prior:>32}{posterior:>34}  {row.unit}")
    within = (result.residuals["z"].abs() <= 1.96).mean()
    lines += ["", f"{within:.0%} of the figures are reproduced within 1.96 of their own sd."]
    lines += ["", f"{'figure':<42}{'observed':>14}{'fitted':>14}{'z':>7}"]
    for row in result.residuals.itertuples():
        span = f"{row.date_end:%Y-%m-%d}"
        if row.date_start != row.date_end:
            span = f"{row.date_start:%Y-%m-%d}..{span}"
        sign = "" if row.bound == "=" else f" {row.bound}"
        lines.append(
            f"{row.quantity + sign:<18}{span:<24}{row.observed:>14,.2f}{row.fitted:>14,.2f}"
            f"{row.z:>7.1f}"
        )
    return "\n".join(lines) + "\n"


def steady_state_report(result: ManualSteadyState) -> str:
    """Each step, exact and as the article printed it, and why 5.023 became 5.025."""
    inputs = result.inputs
    lines = [
        f"Table {inputs['table']}, age {inputs['age']:g}, {inputs['male_per_female']:g} men per "
        f"woman, {inputs['deduction']:.0%} deducted, mean aid {inputs['mean_aid']:,.0f} RMB, "
        f"fee {inputs['fee']:.0%}, {inputs['periods_per_year']:g} settlements a year.",
        "",
        f"{'':<36}{'exact':>20}{'printed':>20}",
    ]
    for row in result.steps().itertuples():
        digits = {"persons": 0, "per_10k": 2}.get(row.unit, 0 if row.exact > 1e6 else 3)
        printed = "" if pd.isna(row.printed) else f"{row.printed:,.{digits}f}"
        lines.append(f"{STEP_LABELS[row.step]:<36}{row.exact:>20,.{digits}f}{printed:>20}")
    if result.is_the_article:
        lines += [
            "",
            f"The share is {result.share_per_period:.3f} RMB. The article rounds 77,187 persons up "
            "to 77,200 and 120.57 RMB a year to 120.6;",
            "120.6 / 24 is its 5.025. With 5% more for 100 diseases instead of 28 it prints 5.25, "
            "which is 5% on a round 5:",
            "5% on its own 5.025 is 5.276, on the unrounded share 5.274.",
        ]
    return "\n".join(lines) + "\n"


def backtest_report(result: Backtest) -> str:
    """Scores by model for late and for all origins, against the named and the best rival."""
    rows = result.forecasts
    lines = [
        f"{result.plan}: {rows['origin'].nunique()} origins, {rows['target'].nunique()} distinct "
        f"target figures. Headline {result.headline_model}, named rival {result.rival}.",
    ]
    lines += [_against(result, span) for span in SPANS]
    for span, since in SPANS.items():
        lines += [
            "",
            f"{span + ' origins':<24}{'kind':<7}{'n':>4}{'MAE':>8}{'WIS':>8}{'log WIS':>9}"
            f"{'50%':>7}{'80%':>7}{'95%':>7}",
        ]
        for row in result.summary(since).itertuples():
            if row.n == 0:
                lines.append(f"{row.model:<24}{row.kind:<7}{0:>4}  no forecast")
                continue
            lines.append(
                f"{row.model:<24}{row.kind:<7}{row.n:>4}{row.mae:8.2f}{row.wis:8.2f}"
                f"{row.wis_log:9.3f}{row.coverage_50:7.0%}{row.coverage_80:7.0%}"
                f"{row.coverage_95:7.0%}"
            )
    failed = rows[rows["reason"] != ""].groupby("model").size()
    lines += [f"no forecast: {name}, {count} targets" for name, count in failed.items()]
    lines += [
        "",
        "Rivals: (native) with the interval of their own innovations, (house) with that of their",
        "earlier errors; the best rival is the best of either.",
        "Parameters are estimated anew at each origin; the form of the model was chosen with",
        "hindsight, and publication dates are taken as settlement dates.",
    ]
    return "\n".join(lines) + "\n"


def _against(result: Backtest, span: str) -> str:
    """Coverage, and the headline's WIS over that of the named rival and of the best one."""
    since = SPANS[span]
    ours = result.summary(since).set_index("model").loc[result.headline_model]
    if not ours["n"]:
        return f"{span} origins: no forecast scored"
    ratios = []
    for role, rival in (("named", result.rival), ("best", result.best_rival(since))):
        found = result.compare(result.headline_model, rival, since)
        ratios.append(
            f"{found.ratio:.2f} [{found.low:.2f}, {found.high:.2f}] of the {role} rival's ({rival})"
        )
    return (
        f"{span} origins: {ours['coverage_80']:.0%} inside the 80% interval, "
        f"mean error {ours['mae']:.2f} RMB, WIS {ours['wis']:.2f}: {'; '.join(ratios)}; "
        f"90% over {found.targets} figures."
    )
