"""From frequency and severity to the gross premium."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forecasting.pricing.inputs import BUSINESSES, EXPENSE_CAPS, checked, in_range, one_of

LARGEST_AMOUNT = 1e9


@dataclass(frozen=True)
class Terms:
    """How an insurer goes from risk premium to gross premium.

    ``safety_loading``: share of the risk premium, 0 to 2 (in practice 0.3 to 2).
    ``expense_share``: share of the gross premium, at most 0.35 in individual and 0.25 in group
    business. Raises InputError outside these ranges. Source: Chen Tao 2003, sections 2 and 4.

    >>> Terms(expense_share=0.3, business="group")
    Traceback (most recent call last):
    forecasting.base.errors.InputError: expense_share: found 0.3, legal: 0 to 0.25 in group business
    """

    safety_loading: float = 0.30
    expense_share: float = 0.35
    business: str = "individual"

    def __post_init__(self) -> None:
        cap = EXPENSE_CAPS[one_of("business", self.business, BUSINESSES)]
        checked("safety_loading", self.safety_loading)
        in_range("expense_share", self.expense_share, 0.0, cap, self.business)

    @property
    def gross_per_risk(self) -> float:
        """Gross premium for each RMB of risk premium: (1 + loading) / (1 - expense).

        >>> round(Terms().gross_per_risk, 6)
        2.0
        """
        return (1.0 + self.safety_loading) / (1.0 - self.expense_share)


DEFAULT_TERMS = Terms()


@dataclass(frozen=True)
class Premium:
    """A yearly premium and how it is built up, RMB a year.

    risk = frequency x severity; net = risk (1 + safety loading); gross = net / (1 - expense share).
    ``frequency``: claims a person-year; ``severity``: RMB a claim. Raises InputError where either
    is not a number of at least zero. Source: Chen Tao 2003, section 3.

    >>> premium = Premium(0.001, 300_000)
    >>> [round(amount, 2) for amount in (premium.risk, premium.net, premium.gross)]
    [300.0, 390.0, 600.0]
    """

    frequency: float
    severity: float
    terms: Terms = DEFAULT_TERMS

    def __post_init__(self) -> None:
        in_range("frequency", self.frequency, 0.0, LARGEST_AMOUNT)
        in_range("severity", self.severity, 0.0, LARGEST_AMOUNT)

    @property
    def risk(self) -> float:
        """Expected claims, RMB a year."""
        return self.frequency * self.severity

    @property
    def net(self) -> float:
        """Risk premium with its safety loading, RMB a year."""
        return self.risk * (1.0 + self.terms.safety_loading)

    @property
    def gross(self) -> float:
        """What is charged, RMB a year."""
        return self.risk * self.terms.gross_per_risk

    def steps(self) -> pd.DataFrame:
        """Risk premium, safety loading, expenses, gross premium: ``step`` and ``rmb`` a year."""
        amounts = {
            "risk": self.risk,
            "loading": self.net - self.risk,
            "expenses": self.gross - self.net,
            "gross": self.gross,
        }
        return pd.DataFrame({"step": list(amounts), "rmb": list(amounts.values())})
