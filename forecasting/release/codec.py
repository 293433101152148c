"""Results as JSON and back, exactly: what is read is what was written, to the last bit.

A number, a text, a list, none or a truth value stands for itself. Everything else is an object
whose ``type`` says what it is: a day, a message with its values, an array of numbers, a table by
its columns, or a result by its fields. NaN is ``null`` in a column of numbers. Reading runs nothing
that a file says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.later import Later
from forecasting.base.messages import Message, Name, Names
from forecasting.base.quantiles import Quantiles
from forecasting.evaluation.backtest import Backtest
from forecasting.explain.foreseen import Foreseen
from forecasting.fitting.solver import ScaleFit, Solved
from forecasting.simulation.paths import Forecast

RESULTS: Mapping[str, Callable[..., Any]] = {
    result.__name__: result
    for result in (Backtest, Forecast, Foreseen, Quantiles, ScaleFit, Solved)
}
DAYS, REALS, PLAIN = "M", "f", "biufM"


def to_json(value: Any) -> Any:
    """What ``json`` writes for a result or any part of one.

    Raises TypeError for what could not be read back as it was.

    >>> to_json((date(2020, 10, 28), 4.86))
    {'type': 'tuple', 'items': [{'type': 'date', 'iso': '2020-10-28'}, 4.86]}
    >>> from_json(to_json(Quantiles(1, 2, 3, 4, 5, 6, 7))).q50
    4
    """
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):
        return value
    if kind is list:
        return [to_json(one) for one in value]
    if kind.__name__ in RESULTS:
        named = {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
        return {"type": kind.__name__, **named}
    if kind not in WRITERS:
        raise TypeError(f"{kind.__name__}: cannot be kept as JSON")
    name, write, _ = WRITERS[kind]
    return {"type": name, **write(value)}


def from_json(value: Any) -> Any:
    """The result that :func:`to_json` wrote. Raises KeyError, TypeError or ValueError for none."""
    if isinstance(value, list):
        return [from_json(one) for one in value]
    if not isinstance(value, dict):
        return value
    content = dict(value)
    name = content.pop("type")
    if name in RESULTS:
        return RESULTS[name](**{key: from_json(one) for key, one in content.items()})
    return READERS[name](content)


def _kind(dtype: Any) -> str:
    """One letter for numbers, truth values and days; none for texts and objects."""
    return dtype.kind if isinstance(dtype, np.dtype) and dtype.kind in PLAIN else ""


def _write_column(column: pd.Series) -> dict[str, Any]:
    kind = _kind(column.dtype)
    if kind == DAYS:
        values = np.datetime_as_string(column.to_numpy()).tolist()
    elif kind == REALS:
        values = [None if math.isnan(one) else one for one in column.tolist()]
    else:
        values = column.tolist() if kind else to_json(column.tolist())
    return {"name": column.name, "dtype": str(column.dtype), "values": values}


def _read_column(content: Mapping[str, Any]) -> pd.Series:
    values, dtype = content["values"], pd.api.types.pandas_dtype(content["dtype"])
    if _kind(dtype):
        return pd.Series(np.array(values, dtype=dtype))
    return pd.Series(from_json(values), dtype=dtype)


def _write_table(table: pd.DataFrame) -> dict[str, Any]:
    if not table.index.equals(pd.RangeIndex(len(table))):
        raise TypeError("a table whose rows have names cannot be kept as JSON")
    return {"columns": [_write_column(table[name]) for name in table.columns]}


def _read_table(content: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({each["name"]: _read_column(each) for each in content["columns"]})


def _write_array(array: Array) -> dict[str, Any]:
    # In its order: routines of linear algebra give other last bits for another one.
    order: Literal["C", "F"] = "C" if array.flags.c_contiguous else "F"
    values = to_json(array.ravel(order).tolist())
    return {"shape": list(array.shape), "order": order, "values": values}


def _read_array(content: Mapping[str, Any]) -> Array:
    return np.array(content["values"]).reshape(content["shape"], order=content["order"])


def _read_message(content: Mapping[str, Any]) -> Message:
    return Message(content["template"], **{k: from_json(v) for k, v in content["values"].items()})


# Of each type its name, how it is written, and how it is read.
WRITERS: Mapping[type, tuple[str, Callable[[Any], dict[str, Any]], Callable[[Any], Any]]] = {
    tuple: (
        "tuple",
        lambda one: {"items": to_json(list(one))},
        lambda content: tuple(from_json(content["items"])),
    ),
    date: (
        "date",
        lambda one: {"iso": one.isoformat()},
        lambda content: date.fromisoformat(content["iso"]),
    ),
    Scenario: (
        "Scenario",
        lambda one: {"assumptions": one.to_dict()},
        lambda content: Scenario.model_validate(content["assumptions"]),
    ),
    Later: (
        "later",
        lambda one: {"value": to_json(one.value)},
        lambda content: Later.known(from_json(content["value"])),
    ),
    Message: (
        "message",
        lambda one: {
            "template": one.template,
            "values": {key: to_json(each) for key, each in one.values.items()},
        },
        _read_message,
    ),
    Name: (
        "name",
        lambda one: {"group": one.group, "name": one.name, "english": str(one)},
        lambda content: Name(content["group"], content["name"], content["english"]),
    ),
    Names: (
        "names",
        lambda one: {"group": one.names[0].group, "names": [each.name for each in one.names]},
        lambda content: Names(content["group"], content["names"]),
    ),
    np.ndarray: ("array", _write_array, _read_array),
    pd.DataFrame: ("table", _write_table, _read_table),
}
READERS: Mapping[str, Callable[[Any], Any]] = {name: read for name, _, read in WRITERS.values()}
