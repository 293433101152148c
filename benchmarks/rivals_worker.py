"""The rivals' side: ``python rivals_worker.py REQUEST.json ANSWER.json``, in their environment.

Stands alone: it knows nothing of the engine, and the engine's environment nothing of the rivals'
libraries. The request holds even series with the dates of their periods and beyond; the answer
holds, for every rival, quantiles of the periods that follow each series, or the reason why not.
Every rival runs as it comes, without a season (Prophet: its own choice) and with its own interval.
"""

from __future__ import annotations

import json
import logging
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

INTERVALS = (50, 80, 95)
REPEATS = 5

Quantiles = list[list[float]]
Fitted = Callable[[int, list[str]], Any]
Fitter = Callable[[list[float], list[str]], Fitted]


def statsforecast_fitter(name: str) -> Fitter:
    """One of statsforecast's automatic models."""
    np = import_module("numpy")
    model = getattr(import_module("statsforecast.models"), name)

    def fit(values: list[float], dates: list[str]) -> Fitted:
        fitted = model(season_length=1).fit(np.array(values))

        def forecast(horizon: int, ahead: list[str]) -> Any:
            predicted = fitted.predict(h=horizon, level=list(INTERVALS))
            keys = [f"lo-{level}" for level in reversed(INTERVALS)]
            keys += ["mean", *(f"hi-{level}" for level in INTERVALS)]
            return np.column_stack([np.asarray(predicted[key], dtype=float) for key in keys])

        return forecast

    return fit


def prophet_fitter(name: str) -> Fitter:
    """Prophet, its quantiles from its own predictive samples."""
    np, pd = import_module("numpy"), import_module("pandas")
    model = getattr(import_module("prophet"), name)
    tails = [(1 - level / 100) / 2 for level in reversed(INTERVALS)]
    levels = [*tails, 0.5, *(1 - tail for tail in reversed(tails))]

    def fit(values: list[float], dates: list[str]) -> Fitted:
        np.random.seed(0)
        frame = pd.DataFrame({"ds": pd.to_datetime(dates), "y": values})
        fitted = model().fit(frame, seed=0)

        def forecast(horizon: int, ahead: list[str]) -> Any:
            future = pd.DataFrame({"ds": pd.to_datetime(ahead)})
            return np.quantile(fitted.predictive_samples(future)["yhat"], levels, axis=1).T

        return forecast

    return fit


RIVALS: dict[str, tuple[str, Callable[[str], Fitter]]] = {
    "AutoETS": ("statsforecast", statsforecast_fitter),
    "AutoARIMA": ("statsforecast", statsforecast_fitter),
    "AutoTheta": ("statsforecast", statsforecast_fitter),
    "Prophet": ("prophet", prophet_fitter),
}


def respond(request: dict[str, Any]) -> dict[str, Any]:
    """What every rival says to a request."""
    models = [_ask(name, library, fitter, request) for name, (library, fitter) in RIVALS.items()]
    return {"python": platform.python_version(), "models": models}


def _ask(
    name: str, library: str, fitter: Callable[[str], Fitter], request: dict[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "library": library, "missing": "", "answers": []}
    start = time.perf_counter()
    try:
        fit = fitter(name)
        found["library"] = f"{library} {version(library)}"
    except Exception as error:
        return found | {"missing": f"{type(error).__name__}: {error}"}
    horizon = int(request["horizon"])

    def run(series: dict[str, Any]) -> tuple[Quantiles, float, float]:
        values, dates = series["values"], series["dates"]
        began = time.perf_counter()
        forecast = fit(values, dates[: len(values)])
        fitted = time.perf_counter()
        quantiles = forecast(horizon, dates[len(values) : len(values) + horizon])
        ended = time.perf_counter()
        return _checked(quantiles), fitted - began, ended - began

    timed = request["series"][request["timed"]]
    for series in request["series"]:
        try:
            found["answers"].append({"quantiles": run(series)[0], "reason": ""})
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            found["answers"].append({"quantiles": [], "reason": reason})
    found["all_seconds"] = time.perf_counter() - start
    if not found["answers"][request["timed"]]["reason"]:
        times = [run(timed)[1:] for _ in range(REPEATS)]
        found["fit_seconds"] = statistics.median(fitting for fitting, _ in times)
        found["total_seconds"] = statistics.median(total for _, total in times)
    return found


def _checked(quantiles: Any) -> Quantiles:
    np = import_module("numpy")
    if not np.isfinite(quantiles).all():
        raise ValueError("the forecast is not finite")
    ordered: Quantiles = np.sort(quantiles, axis=1).tolist()
    return ordered


def main() -> None:
    """Read the request, write the answer."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    request, reply = (Path(argument) for argument in sys.argv[1:3])
    asked = json.loads(request.read_text(encoding="utf-8"))
    reply.write_text(json.dumps(respond(asked)), encoding="utf-8")


if __name__ == "__main__":
    main()
