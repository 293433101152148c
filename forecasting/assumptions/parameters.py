"""The one table of fitted parameters: unit, prior, legal range, step.

Each parameter is estimated on an unbounded scale (``log``, ``logit`` or ``identity``) on which its
prior is normal with the given median and standard deviation. Sources of the priors are named in
``source``, what each parameter is in ``plain`` and ``actuarial``; model page and scenario sliders
read this table and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from forecasting.base.arrays import Array
from forecasting.base.messages import Message

Scale = Literal["log", "logit", "identity"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One fitted quantity: its unit, prior (median; sd on the estimation scale) and legal range.

    ``plain`` says what it is as a member would read it, ``actuarial`` as an actuary would write it;
    those of members' curves and exits have their texts on the growth page.
    """

    name: str
    unit: str
    scale: Scale
    median: float
    sd: float
    lower: float
    upper: float
    step: float
    source: str
    plain: Message | None = None
    actuarial: Message | None = None

    def to_natural(self, standard: Array) -> Array:
        """From prior standard deviations to the parameter's own unit."""
        x = _to_scale(self.scale, self.median) + self.sd * standard
        if self.scale == "log":
            return np.exp(x)
        return special.expit(x) if self.scale == "logit" else x

    def prior_quantile(self, level: float) -> float:
        """Quantile of the prior in the parameter's own unit."""
        return float(self.to_natural(np.asarray(special.ndtri(level))))


def _to_scale(scale: Scale, natural: float) -> float:
    if scale == "log":
        return float(np.log(natural))
    return float(special.logit(natural)) if scale == "logit" else float(natural)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        name="incidence_per_10k",
        unit="cases per 10,000 member-years",
        scale="log",
        median=7.7,
        sd=0.3,
        lower=1.0,
        upper=30.0,
        step=0.1,
        source="the article's 7.7 per 10,000 after its deduction",
        plain=Message(
            "Of 10,000 people who have long been members, how many fall seriously ill in a year."
        ),
        actuarial=Message(
            "Ultimate incidence at the ages of joining, severe cases per member-year, before "
            "trend and ageing."
        ),
    ),
    Parameter(
        name="initial_selection",
        unit="share of ultimate incidence",
        scale="logit",
        median=0.7,
        sd=0.5,
        lower=0.2,
        upper=0.99,
        step=0.01,
        source="an insurer's death-selection ramp begins at 0.71",
        plain=Message(
            "How often people whose waiting period has just ended fall ill, beside older members: "
            "1 would be as often."
        ),
        actuarial=Message(
            "Select factor at the end of the waiting period, relative to ultimate incidence."
        ),
    ),
    Parameter(
        name="ramp_years",
        unit="years",
        scale="log",
        median=1.0,
        sd=0.6,
        lower=0.1,
        upper=5.0,
        step=0.05,
        source="an insurer's death-selection ramp: one to two years",
        plain=Message("How long it takes until new members fall ill about as often as old ones."),
        actuarial=Message(
            "Time constant of the exponential approach of select to ultimate incidence: 63% of "
            "the gap has closed by then."
        ),
    ),
    Parameter(
        name="waiting_incidence",
        unit="share of ultimate incidence",
        scale="logit",
        median=0.03,
        sd=1.0,
        lower=0.0,
        upper=0.3,
        step=0.005,
        source="two or three cases in the first settlements, probably accidents covered at once",
        plain=Message(
            "The few cases that are paid although the member had only just joined, such as "
            "accidents."
        ),
        actuarial=Message(
            "Incidence within the waiting period, relative to ultimate: claims exempt from it."
        ),
    ),
    Parameter(
        name="delay_days",
        unit="days",
        scale="log",
        median=120.0,
        sd=0.45,
        lower=30.0,
        upper=500.0,
        step=5.0,
        source="claim notice, site visit, public notice; UK mean about six months (Ozkok et al.)",
        plain=Message(
            "How long it takes on average from a diagnosis until the members share its cost."
        ),
        actuarial=Message(
            "Mean of the delay from onset to settlement (reporting, investigation and public "
            "notice together)."
        ),
    ),
    Parameter(
        name="delay_cv",
        unit="ratio",
        scale="log",
        median=0.5,
        sd=0.4,
        lower=0.1,
        upper=1.5,
        step=0.05,
        source="UK critical illness settlements (Ozkok et al.)",
        plain=Message(
            "How much faster some cases are paid than others: 0 would mean that all take as long."
        ),
        actuarial=Message("Coefficient of variation of the delay from onset to settlement."),
    ),
    Parameter(
        name="severe_aid",
        unit="RMB a case",
        scale="log",
        median=185_000.0,
        sd=0.12,
        lower=50_000.0,
        upper=400_000.0,
        step=1_000.0,
        source="209,000 to 223,000 in July 2019, 160,000 to 170,000 from 2020",
        plain=Message("What a seriously ill member received on average."),
        actuarial=Message(
            "Mean severity of severe cases in RMB before the shift, at the ages of joining."
        ),
    ),
    Parameter(
        name="aid_shift",
        unit="log change in all",
        scale="identity",
        median=0.0,
        sd=0.1,
        lower=-0.5,
        upper=0.5,
        step=0.01,
        source=(
            "later members are older: ten more of a hundred cases at 100,000 RMB take off a tenth"
        ),
        plain=Message("How much the average payment fell or rose as later, older members joined."),
        actuarial=Message(
            "Log change of mean severity from the early to the late mix of members, reached as "
            "joining ends."
        ),
    ),
    Parameter(
        name="mild_ratio",
        unit="mild cases per severe case",
        scale="log",
        median=0.6,
        sd=0.4,
        lower=0.05,
        upper=2.0,
        step=0.05,
        source="2020 tables near 0.56 at ages 30 to 39; one list had 31% thyroid",
        plain=Message("How many mild cases there are for each serious one."),
        actuarial=Message(
            "Mild to severe cases by number, before the rule on mild thyroid cancer."
        ),
    ),
    Parameter(
        name="pandemic_pace",
        unit="of the usual pace of payment",
        scale="log",
        median=0.4,
        sd=0.6,
        lower=0.05,
        upper=1.5,
        step=0.05,
        source="site visits stopped; the article: back to one or two RMB in the pandemic months",
        plain=Message(
            "How fast cases were paid when the pandemic was at its worst: 1 is the usual pace."
        ),
        actuarial=Message(
            "Factor on settled claims at the trough of the pandemic; nothing held back is "
            "released later."
        ),
    ),
    Parameter(
        name="pandemic_lost",
        unit="of the diagnoses at the worst",
        scale="logit",
        median=0.3,
        sd=0.7,
        lower=0.0,
        upper=0.9,
        step=0.05,
        source="hospitals saw a third fewer patients in early 2020; a wide prior",
        plain=Message(
            "What part of the illnesses was not diagnosed when the pandemic was at its worst."
        ),
        actuarial=Message(
            "Fraction of onsets lost at the trough of the pandemic, half of which come later."
        ),
    ),
    Parameter(
        name="trend",
        unit="a year",
        scale="identity",
        median=0.035,
        sd=0.01,
        lower=-0.05,
        upper=0.15,
        step=0.005,
        source="China 2008 to 2012: +3.3% a year men, +4% women (Gen Re)",
        plain=Message("By how much more often people of one age fall ill each year."),
        actuarial=Message("Annual log trend of incidence at a given attained age."),
    ),
    Parameter(
        name="ageing",
        unit="times the table's slope",
        scale="identity",
        median=1.0,
        sd=0.25,
        lower=0.0,
        upper=3.0,
        step=0.1,
        source="the 2020 table on an age mix",
        plain=Message("Whether illness rises with age as fast as in the table: 1 is as fast."),
        actuarial=Message("Exponent on the incidence table's slope by attained age since joining."),
    ),
    Parameter(
        name="leaver_risk",
        unit="relative to the pool",
        scale="identity",
        median=0.75,
        sd=0.12,
        lower=0.55,
        upper=1.15,
        step=0.05,
        source="those who leave are healthier: anti-selective lapse (Bluhm; Dukes and MacDonald)",
        plain=Message(
            "How healthy those who leave are beside the others: below 1 they are healthier."
        ),
        actuarial=Message(
            "Relative incidence of lapsing members: selective lapsation where below 1."
        ),
    ),
    Parameter(
        name="tier_weight",
        unit="share of benefit not taken",
        scale="logit",
        median=0.035,
        sd=0.5,
        lower=0.0,
        upper=0.2,
        step=0.005,
        source="half and third tiers since June 2020: between 0 and 8%",
        plain=Message("How much cover members gave up by choosing a lower tier and paying less."),
        actuarial=Message(
            "Fraction of the pool's benefit not taken because of the half and third tiers."
        ),
    ),
)

PARAMETER_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def legal(parameter: Parameter, natural: Array) -> Array:
    """Values kept inside the parameter's legal range."""
    return np.clip(natural, parameter.lower, parameter.upper)


def natural_parameters(
    standard: Array, free: tuple[Parameter, ...], fixed: dict[str, float]
) -> dict[str, Array]:
    """Parameters in their own units from standardised values of shape (..., number free)."""
    values = {p.name: legal(p, p.to_natural(standard[..., i])) for i, p in enumerate(free)}
    return values | {name: np.asarray(value) for name, value in fixed.items()}
