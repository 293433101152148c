"""The OpenAPI document of what programs may fetch."""

from __future__ import annotations

from typing import Any

import forecasting
from forecasting.base.quantiles import QUANTILE_KEYS
from ui.machine.tables import LICENCE

NUMBER: dict[str, Any] = {"type": "number"}
QUANTILES: dict[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys(QUANTILE_KEYS, NUMBER),
    "required": list(QUANTILE_KEYS),
}
MAYBE_QUANTILES = {"oneOf": [QUANTILES, {"type": "null"}]}
DISCLOSED: dict[str, Any] = {
    "type": "object",
    "properties": {"disclosed": {"type": ["number", "null"]}}
    | dict.fromkeys(QUANTILE_KEYS, NUMBER),
    "required": ["disclosed"],
}
PERIOD = {
    "type": "object",
    "description": "One settlement. Shares are RMB a member, sharing_members and helped persons.",
    "properties": {
        "date": {"type": "string", "format": "date"},
        "status": {"enum": ["disclosed", "reconstructed", "forecast", "closed"]},
        "share": DISCLOSED,
        "structural_share": QUANTILES,
        "undiluted_share": QUANTILES,
        "sharing_members": DISCLOSED,
        "helped": DISCLOSED,
    },
    "required": ["date", "status", "share"],
}
TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
FORECAST = {
    "type": "object",
    "properties": {
        "model_version": TEXT,
        "data_version": TEXT,
        "as_of": {"type": "string", "format": "date"},
        "plan": TEXT,
        "model": TEXT,
        "scenario": {"type": "object"},
        "converged": FLAG,
        "steady_state": QUANTILES | {"description": "RMB a settlement at constant membership"},
        "lag_periods": QUANTILES | {"description": "half-months"},
        "settling_periods": QUANTILES | {"description": "half-months"},
        "next_share": MAYBE_QUANTILES,
        "next_year_total": MAYBE_QUANTILES | {"description": "RMB, the settlements of a year"},
        "periods": {"type": "array", "items": PERIOD},
        "warnings": {"type": "array", "items": TEXT},
    },
    "required": ["model_version", "data_version", "as_of", "plan", "steady_state", "periods"],
}
ERROR = {"type": "object", "properties": {"error": TEXT}, "required": ["error"]}


def _responses(kind: str, schema: dict[str, Any], **others: str) -> dict[str, Any]:
    """What a GET of an address answers: 200, the given statuses with an error, and 429."""
    errors = {**others, "429": "Too many requests: wait the seconds of Retry-After."}
    return {
        "200": {"description": "Found.", "content": {kind: {"schema": schema}}},
        "304": {"description": "Not changed since the ETag of If-None-Match."},
    } | {
        status: {"description": text, "content": {"application/json": {"schema": ERROR}}}
        for status, text in errors.items()
    }


def _get(summary: str, responses: dict[str, Any], **parameter: Any) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary,
            "parameters": [parameter] if parameter else [],
            "responses": responses,
        }
    }


def openapi() -> dict[str, Any]:
    """The document."""
    day = {"type": "string", "format": "date"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Share forecasts of a mutual aid plan",
            "version": forecasting.MODEL_VERSION,
            "license": {"name": LICENCE["name"], "url": LICENCE["path"]},
        },
        "paths": {
            "/data/{table}": _get(
                "A table of the record",
                _responses("text/csv", TEXT, **{"404": "No such table."}),
                **{"name": "table", "in": "path", "required": True, "schema": TEXT},
            ),
            "/data/datapackage.json": _get(
                "What the tables are (Tabular Data Package)",
                _responses("application/json", {"type": "object"}),
            ),
            "/api/days": _get(
                "The days that a forecast may be asked for, latest first",
                _responses("application/json", {"type": "array", "items": day}),
            ),
            "/api/forecast": _get(
                "The forecast with what was known on a day",
                _responses(
                    "application/json",
                    FORECAST,
                    **{"400": "Not one of the days.", "422": "Too little was known then."},
                ),
                **{
                    "name": "as_of",
                    "in": "query",
                    "required": False,
                    "description": "One of /api/days; the latest where it is left out.",
                    "schema": day,
                },
            ),
            "/api/openapi.json": _get(
                "This document", _responses("application/json", {"type": "object"})
            ),
        },
    }
