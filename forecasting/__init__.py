"""Share-amount forecasts for mutual aid plans: load, fit, forecast, explain, verify.

>>> from forecasting import load_disclosures, fit, forecast
>>> result = forecast(fit(load_disclosures().as_of("2020-10-28")), horizon=24)
>>> 4.0 < result.steady_state.q50 < 8.0
True
"""

from forecasting.article.calculation import ManualSteadyState, share_by_age, steady_state
from forecasting.assumptions.scenario import Scenario, read_scenario
from forecasting.base.errors import ForecastingError, InputError, Refused
from forecasting.base.quantiles import Quantiles
from forecasting.disclosures import Disclosures, load_disclosures
from forecasting.evaluation.outcomes import TrackRecord, what_came
from forecasting.explain.credibility import Credibility, credibility
from forecasting.explain.dilution import Dilution, decompose_dilution, share_identity
from forecasting.explain.response import SelectionCurves, cohort_map, selection_curves
from forecasting.fitting.estimation import MODEL_VERSION, SelectionLagFit, fit
from forecasting.simulation.paths import Forecast, forecast

__all__ = [
    "MODEL_VERSION",
    "Credibility",
    "Dilution",
    "Disclosures",
    "Forecast",
    "ForecastingError",
    "InputError",
    "ManualSteadyState",
    "Quantiles",
    "Refused",
    "Scenario",
    "SelectionCurves",
    "SelectionLagFit",
    "TrackRecord",
    "cohort_map",
    "credibility",
    "decompose_dilution",
    "fit",
    "forecast",
    "load_disclosures",
    "read_scenario",
    "selection_curves",
    "share_by_age",
    "share_identity",
    "steady_state",
    "what_came",
]
