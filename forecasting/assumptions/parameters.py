"""The one table of fitted parameters: unit, prior, legal range, step.

Each parameter is estimated on an unbounded scale (``log``, ``logit`` or ``identity``) on which its
prior is normal with the given median and standard deviation. Sources of the priors are named in
``source``; model page and scenario sliders read this table and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from forecasting.base.arrays import Array

Scale = Literal["log", "logit", "identity"]


@dataclass(frozen=True)
class Parameter:
    """One fitted quantity: its unit, prior (median; sd on the estimation scale) and legal range."""

    name: str
    unit: str
    scale: Scale
    median: float
    sd: float
    lower: float
    upper: float
    step: float
    source: str

    def to_natural(self, standard: Array) -> Array:
        """From prior standard deviations to the parameter's own unit."""
        x = _to_scale(self.scale, self.median) + self.sd * standard
        if self.scale == "log":
            return np.exp(x)
        return special.expit(x) if self.scale == "logit" else x

    def to_standard(self, natural: float) -> float:
        """From the parameter's own unit to prior standard deviations."""
        return (_to_scale(self.scale, natural) - _to_scale(self.scale, self.median)) / self.sd

    def prior_quantile(self, level: float) -> float:
        """Quantile of the prior in the parameter's own unit."""
        return float(self.to_natural(np.asarray(special.ndtri(level))))


def _to_scale(scale: Scale, natural: float) -> float:
    if scale == "log":
        return float(np.log(natural))
    return float(special.logit(natural)) if scale == "logit" else float(natural)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "incidence_per_10k",
        "cases per 10,000 member-years",
        "log",
        7.7,
        0.3,
        1.0,
        30.0,
        0.1,
        "the article's 7.7 per 10,000 after its deduction",
    ),
    Parameter(
        "initial_selection",
        "share of ultimate incidence",
        "logit",
        0.7,
        0.5,
        0.2,
        0.99,
        0.01,
        "an insurer's death-selection ramp begins at 0.71",
    ),
    Parameter(
        "ramp_years",
        "years",
        "log",
        1.0,
        0.6,
        0.1,
        5.0,
        0.05,
        "an insurer's death-selection ramp: one to two years",
    ),
    Parameter(
        "waiting_incidence",
        "share of ultimate incidence",
        "logit",
        0.03,
        1.0,
        0.0,
        0.3,
        0.005,
        "two or three cases in the first settlements, probably accidents covered at once",
    ),
    Parameter(
        "delay_days",
        "days",
        "log",
        120.0,
        0.3,
        30.0,
        500.0,
        5.0,
        "claim notice, site visit, public notice; UK mean about six months (Ozkok et al.)",
    ),
    Parameter(
        "delay_cv",
        "ratio",
        "log",
        0.5,
        0.4,
        0.1,
        1.5,
        0.05,
        "UK critical illness settlements (Ozkok et al.)",
    ),
    Parameter(
        "severe_aid",
        "RMB a case",
        "log",
        185_000.0,
        0.12,
        50_000.0,
        400_000.0,
        1000.0,
        "209,000 to 223,000 in July 2019, 160,000 to 170,000 from 2020",
    ),
    Parameter(
        "aid_drift",
        "a year",
        "identity",
        0.0,
        0.02,
        -0.15,
        0.15,
        0.005,
        "beyond what ageing along the table does",
    ),
    Parameter(
        "mild_ratio",
        "mild cases per severe case",
        "log",
        0.6,
        0.4,
        0.05,
        2.0,
        0.05,
        "2020 tables near 0.56 at ages 30 to 39; one list had 31% thyroid",
    ),
    Parameter(
        "held_share",
        "share of the cases ready",
        "logit",
        0.4,
        0.6,
        0.0,
        0.9,
        0.05,
        "the article: back to one or two RMB in the pandemic months",
    ),
    Parameter(
        "trend",
        "a year",
        "identity",
        0.035,
        0.01,
        -0.05,
        0.15,
        0.005,
        "China 2008 to 2012: +3.3% a year men, +4% women (Gen Re)",
    ),
    Parameter(
        "ageing",
        "times the table's slope",
        "identity",
        1.0,
        0.25,
        0.0,
        3.0,
        0.1,
        "the 2020 table on an age mix",
    ),
    Parameter(
        "leaver_risk",
        "relative to the pool",
        "identity",
        0.75,
        0.12,
        0.55,
        1.15,
        0.05,
        "those who leave are healthier: anti-selective lapse (Bluhm; Dukes and MacDonald)",
    ),
    Parameter(
        "tier_weight",
        "share of benefit not taken",
        "logit",
        0.035,
        0.5,
        0.0,
        0.2,
        0.005,
        "half and third tiers since June 2020: between 0 and 8%",
    ),
)

PARAMETER_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
