"""Simulation-based calibration: are the fit's intervals as wide as its own priors make them?

Draw a truth from the prior, simulate from it every figure that was disclosed, fit the model to the
simulated figures and count how many posterior draws lie below the truth. If the computation is
right these ranks are uniform, whatever the figures. Source: Talts, Betancourt, Simpson, Vehtari and
Gelman 2018.

It tests priors, likelihood and Laplace approximation against each other. Whether the model is true
to a plan is another question, which simulated plans answer case by case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from forecasting.assumptions.parameters import natural_parameters
from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.errors import ForecastingError, Refused
from forecasting.claims.path import Parameters, claims_path
from forecasting.disclosures import Disclosures
from forecasting.fitting.cases import compile_case_lists, simulated_tables
from forecasting.fitting.deviation import SCALES, draw_deviations, scale_log_prior
from forecasting.fitting.estimation import SelectionLagFit, fit
from forecasting.fitting.likelihood import Likelihood, compile_likelihood
from forecasting.members.enrolment import Membership
from forecasting.simulation.paths import Draws, draw_paths
from forecasting.sweeps.runner import Crew, run_tasks

LARGEST_LOG_SD = 1.0
QUANTITIES = ("steady_state", "delay_days", "next_share")
DEFAULT_DRAWS = 99
BINS = 10
FEWEST_RANKS = 20
LEAST_VALUE = 1e-6


@dataclass(frozen=True)
class Uniformity:
    """How far ranks from 0 to ``draws`` are from uniform.

    ``p_value``: chi-square over ten equal bins. ``mean``: of rank / draws, 0.5 if unbiased, lower
    where the posterior lies too high. ``spread``: sd over that of the uniform, above 1 where
    intervals are too narrow. ``inside_80``: how often the central 80% held the truth.
    """

    quantity: str
    ranks: int
    p_value: float
    mean: float
    spread: float
    inside_80: float
    histogram: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Ranks of the truth among ``draws`` posterior draws, and their uniformity by quantity."""

    plan: str
    as_of: str
    draws: int
    ranks: pd.DataFrame
    uniformity: tuple[Uniformity, ...]
    failed: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a simulation: the rank of each quantity."""
        return self.ranks

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        return {
            "plan": self.plan,
            "as_of": self.as_of,
            "draws": self.draws,
            "uniformity": [asdict(test) for test in self.uniformity],
            "ranks": self.ranks.to_dict("records"),
            "failed": list(self.failed),
        }


def rank_of(truth: float, draws: Array) -> int:
    """How many draws lie below the truth: from 0 to their number.

    >>> rank_of(2.5, np.array([1.0, 2.0, 3.0]))
    2
    """
    return int((np.asarray(draws) < truth).sum())


def uniformity(quantity: str, ranks: Sequence[int] | Array, draws: int) -> Uniformity:
    """Test ranks of 0 to ``draws`` for uniformity; ``draws`` + 1 a multiple of ten.

    Raises Refused below 20 ranks: a bin would expect fewer than two.
    """
    values = np.asarray(ranks, dtype=float)
    if values.size < FEWEST_RANKS:
        raise Refused(f"{quantity}: {values.size} ranks, at least {FEWEST_RANKS} are needed")
    edges = np.linspace(-0.5, draws + 0.5, BINS + 1)
    histogram = np.histogram(values, edges)[0]
    place = (values + 0.5) / (draws + 1)
    return Uniformity(
        quantity=quantity,
        ranks=int(values.size),
        p_value=float(stats.chisquare(histogram).pvalue),
        mean=float(place.mean()),
        spread=float(place.std() * np.sqrt(12.0)),
        inside_80=float(((place > 0.1) & (place < 0.9)).mean()),
        histogram=tuple(int(count) for count in histogram),
    )


def calibrate(
    known: Disclosures,
    scenario: Scenario | None = None,
    simulations: int = 200,
    seed: int = 0,
    draws: int = DEFAULT_DRAWS,
    crew: Crew | None = None,
) -> Calibration:
    """Simulate and refit ``simulations`` times the figures known on a day; rank the truth in each.

    Raises Refused below 20 usable simulations and what :func:`forecasting.fit` raises.
    """
    scenario = scenario or Scenario()
    fit(known, scenario)
    changed = scenario.model_dump(mode="json", exclude_defaults=True)
    tasks = [
        {"scenario": changed, "seed": seed, "number": number, "draws": draws}
        for number in range(simulations)
    ]
    found = run_tasks(ranked_simulation, known, tasks, crew)
    good = [row for row in found if not row["reason"]]
    ranks = pd.DataFrame(good, columns=["number", *QUANTITIES])
    tests = tuple(uniformity(name, ranks[name].to_numpy(), draws) for name in QUANTITIES)
    failed = tuple(f"simulation {row['number']}: {row['reason']}" for row in found if row["reason"])
    return Calibration(known.plan, known.day.isoformat(), draws, ranks, tests, failed)


def ranked_simulation(known: Disclosures, task: Mapping[str, Any]) -> dict[str, Any]:
    """The task: one truth from the prior, its figures, the refit, and the rank of the truth."""
    truth_seed, noise_seed, draw_seed = (
        int(word)
        for word in np.random.SeedSequence([task["seed"], task["number"]]).generate_state(3)
    )
    row: dict[str, Any] = {"number": task["number"], "reason": ""}
    scenario = Scenario.model_validate(task["scenario"])
    try:
        truth = draw_paths(_prior_of_record(known, scenario), 1, 1, truth_seed)
        simulated = simulated_figures(known, truth, scenario, np.random.default_rng(noise_seed))
        posterior = draw_paths(fit(simulated, scenario), 1, task["draws"], draw_seed)
    except (ForecastingError, np.linalg.LinAlgError) as error:
        return row | dict.fromkeys(QUANTITIES) | {"reason": str(error)}
    true, sampled = quantities(truth), quantities(posterior)
    return row | {name: rank_of(float(true[name][0]), sampled[name]) for name in QUANTITIES}


def quantities(draws: Draws) -> dict[str, Array]:
    """What is ranked, of each path: steady state and next share (RMB), mean delay (days)."""
    paths = draws.share.shape[0]
    return {
        "steady_state": draws.undiluted[:, draws.past - 1],
        "delay_days": np.broadcast_to(draws.parameters["delay_days"], (paths,)),
        "next_share": draws.share[:, draws.past],
    }


@lru_cache(maxsize=1)
def _prior_of_record(known: Disclosures, scenario: Scenario) -> SelectionLagFit:
    # Every simulation a worker runs starts from the same one.
    return prior_of(fit(known, scenario))


@dataclass(frozen=True, eq=False)
class PriorFit(SelectionLagFit):
    """A fit that draws from the priors, as before any claims figure."""

    def draw(self, paths: int, rng: np.random.Generator) -> tuple[Parameters, Array]:
        """Parameters and scale from their priors, deviations of that scale; see the base class."""
        standard = rng.standard_normal((paths, len(self.free)))
        values = natural_parameters(standard, self.free, self.fixed)
        weight = np.exp(scale_log_prior(np.array(SCALES)))
        values["deviation_scale"] = rng.choice(SCALES, paths, p=weight / weight.sum())
        scale, calendar = values["deviation_scale"], self.disclosures.calendar
        return values, draw_deviations(scale, len(self.grid), rng, None, calendar)


def prior_of(fitted: SelectionLagFit) -> PriorFit:
    """The same model before any claims figure: its draws come from the priors.

    Membership is as the members' figures leave it, since claims say nothing of it.
    """
    values = {each.name: getattr(fitted, each.name) for each in fields(SelectionLagFit)}
    return PriorFit(**values | {"launches": ()})


def simulated_figures(
    known: Disclosures, truth: Draws, scenario: Scenario, rng: np.random.Generator
) -> Disclosures:
    """The record with every fitted claims figure replaced by what a truth would have had published.

    Each figure is drawn about the truth's own value with the precision the likelihood would give it
    there; an inequality becomes what the drawn value says of the same bound. Which figures there
    are, their rounding and the members stay as disclosed.
    """
    deviation = truth.deviation[0]
    parameters = {name: np.ravel(value)[0] for name, value in truth.parameters.items()}
    members = truth.membership.of_paths(slice(0, 1))
    path = claims_path(
        {name: np.asarray([value]) for name, value in parameters.items()},
        truth.regime,
        members,
        deviation[None],
        scenario.delay_family,
    )
    noiseless = _likelihood(known.figures(), truth)
    expected = noiseless.predict(path)[0]
    at_truth = _likelihood(_with_values(noiseless.figures, np.exp(expected), noiseless), truth)
    # Of a truth far below what a figure is rounded to, the figure says next to nothing.
    spread = np.minimum(at_truth.log_sd, LARGEST_LOG_SD)
    log_values = expected + spread * rng.standard_normal(expected.size)
    rows = _with_values(noiseless.figures, np.exp(log_values), noiseless)
    is_bound = noiseless.side != 0
    above = pd.Series(np.where(log_values > noiseless.log_value, ">", "<"), rows.index)
    rows["bound"] = rows["bound"].where(~is_bound, above)
    observations = known.observations.set_index("row", drop=False)
    replaced = rows.set_index("row")
    observations.loc[replaced.index, ["value", "bound"]] = replaced[["value", "bound"]]
    simulated = replace(known, observations=observations.reset_index(drop=True))
    lists = compile_case_lists(known, truth.regime.grid[: truth.past])
    if lists is None:
        return simulated
    one = Membership(members.members[0], members.joins[0], members.survival[0])
    scalar = {name: np.asarray(value) for name, value in parameters.items()}
    expected = lists.expected(scalar, truth.regime, one, scenario.delay_family)
    durations, mix = simulated_tables(lists, expected, known, rng)
    return replace(simulated, case_durations=durations, case_mix=mix)


def _likelihood(figures: pd.DataFrame, truth: Draws) -> Likelihood:
    members = truth.membership.members[0]
    return compile_likelihood(
        figures, truth.regime.grid, members, np.zeros_like(members), truth.regime.fee
    )


def _with_values(figures: pd.DataFrame, values: Array, likelihood: Likelihood) -> pd.DataFrame:
    """The figures at other values; one ``over`` v is written as v, the middle less its half."""
    over = (figures["bound"] == "over").to_numpy()
    written = np.where(over, values - figures["rounding_half_width"].to_numpy(), values)
    written = np.where(likelihood.side == 0, written, figures["value"].to_numpy(dtype=float))
    return figures.assign(value=np.maximum(written, LEAST_VALUE))
