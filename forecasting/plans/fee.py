"""What the fee paid for: RMB a case and a member, beside what an insurer's expenses would take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forecasting.base.errors import InputError, Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.quantiles import Quantiles
from forecasting.disclosures import Disclosures
from forecasting.disclosures.last_settlement import last_settlement

# Most of a gross premium that expenses may take in China: Chen Tao 2003 (chentao2003).
EXPENSE_CAPS: dict[str, float] = {"group": 0.25, "individual": 0.35}


def fee_within(paid: float, fee_rate: float) -> float:
    """The fee within what a member pays, aid and fee together: paid x fee / (1 + fee).

    >>> round(fee_within(108.0, 0.08), 6)
    8.0
    """
    return paid * fee_rate / (1.0 + fee_rate)


def insurer_expense(claims: float, expense_ratio: float) -> float:
    """Expenses of an insurer that pays these claims, no loading: claims x e / (1 - e).

    ``expense_ratio`` is the share of the gross premium, 0 to below 1, else InputError.

    >>> insurer_expense(75.0, 0.25)
    25.0
    """
    if not 0.0 <= expense_ratio < 1.0:
        raise InputError("expense_ratio: found {found:g}, legal: 0 to below 1", found=expense_ratio)
    return claims * expense_ratio / (1.0 - expense_ratio)


@dataclass(frozen=True)
class MemberYear:
    """What one member pays in a year and where it goes, RMB; ``insurer`` by kind of business."""

    paid: float
    fee: float
    investigation: float | None
    insurer: dict[str, float]

    @property
    def aid(self) -> float:
        """What reaches those who fell ill."""
        return self.paid - self.fee


@dataclass(frozen=True)
class FeeEconomics:
    """The fee on a day. RMB.

    ``share`` and ``share_day``: the last disclosed share of one settlement; ``disclosed``: a year
    at that share. ``forecast``: a year at the median of the forecast twelve months, with its 80%
    interval as ``forecast_fee``; None where none was made. ``investigation_share``: of the fee;
    None where not known on that day. ``mean_aid``: of the last settlement it can be had for.
    """

    day: date
    fee_rate: float
    investigation_share: float | None
    share: float
    share_day: date
    mean_aid: float
    mean_aid_day: date
    disclosed: MemberYear
    forecast: MemberYear | None
    forecast_fee: tuple[float, float] | None

    @property
    def fee_per_case(self) -> float:
        """Fee collected for one person helped."""
        return self.mean_aid * self.fee_rate

    @property
    def investigation_per_case(self) -> float | None:
        """Of it, spent on investigating; None where that share is not known."""
        known = self.investigation_share
        return None if known is None else self.fee_per_case * known

    @property
    def year(self) -> MemberYear:
        """The forecast year where there is one, else the year at the disclosed share."""
        return self.disclosed if self.forecast is None else self.forecast


def fee_economics(known: Disclosures, next_year: Quantiles | None = None) -> FeeEconomics:
    """Fee, investigation and an insurer's expenses at the aid known or forecast on the day.

    ``next_year``: forecast of what a member pays in the next twelve months. An insurer's expenses
    are those that its caps (25% of the gross premium in group, 35% in individual business) allow
    for the same claims. Raises Refused where fee, share or mean aid is not known.

    >>> from forecasting.disclosures import load_disclosures
    >>> fee = fee_economics(load_disclosures().as_of("2020-10-28"))
    >>> round(fee.disclosed.fee, 2), round(fee.disclosed.insurer["group"], 2)
    (8.64, 36.0)
    """
    last_known = last_settlement(known)
    fee_rate = known.rule("management_fee_rate", known.day)
    if fee_rate is None:
        missing = Message("{rules} needed, not known", rules="management_fee_rate")
        raise Refused(on_day(known.plan, known.day, missing))
    shares = known.period_table().dropna(subset=["share"])
    investigation = known.rule("fee_share_spent_on_investigation", known.day)
    last = shares.iloc[-1]
    share = float(last["share"])

    def year(paid: float) -> MemberYear:
        fee = fee_within(paid, fee_rate)
        return MemberYear(
            paid=paid,
            fee=fee,
            investigation=None if investigation is None else fee * investigation,
            insurer={kind: insurer_expense(paid - fee, cap) for kind, cap in EXPENSE_CAPS.items()},
        )

    return FeeEconomics(
        day=known.day,
        fee_rate=fee_rate,
        investigation_share=investigation,
        share=share,
        share_day=last["date"].date(),
        mean_aid=last_known.mean_aid,
        mean_aid_day=last_known.day,
        disclosed=year(share * known.calendar.periods_per_year),
        forecast=None if next_year is None else year(next_year.q50),
        forecast_fee=(
            None
            if next_year is None
            else (fee_within(next_year.q10, fee_rate), fee_within(next_year.q90, fee_rate))
        ),
    )
