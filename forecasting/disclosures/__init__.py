"""Disclosures: load, validate, the view of one day, the period table, the identity, conflicts."""

from forecasting.disclosures.conflicts import CONFLICT_KINDS
from forecasting.disclosures.figures import FITTED_QUANTITIES, REASONS
from forecasting.disclosures.identity import IDENTITY_EXPLANATIONS
from forecasting.disclosures.loading import (
    load_disclosures,
    load_tables,
    plans_in,
    read_disclosures,
)
from forecasting.disclosures.package import DATA_RELEASE, PACKAGED_DATA, data_archive
from forecasting.disclosures.plan import Plan
from forecasting.disclosures.problems import InputWarning
from forecasting.disclosures.quantities import QUANTITIES, Quantity
from forecasting.disclosures.record import Disclosures, ReferenceTables
from forecasting.disclosures.validation import read_observations, validate_observations

__all__ = [
    "CONFLICT_KINDS",
    "DATA_RELEASE",
    "FITTED_QUANTITIES",
    "IDENTITY_EXPLANATIONS",
    "PACKAGED_DATA",
    "QUANTITIES",
    "REASONS",
    "Disclosures",
    "InputWarning",
    "Plan",
    "Quantity",
    "ReferenceTables",
    "data_archive",
    "load_disclosures",
    "load_tables",
    "plans_in",
    "read_disclosures",
    "read_observations",
    "validate_observations",
]
