"""What programs fetch: the files as they are, the command line's own JSON, and its description."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from datetime import date
from typing import Any

import jsonschema
import pytest

from forecasting.cli.main import main
from forecasting.disclosures import PACKAGED_DATA
from ui.controls.shared import ARTICLE_DAY
from ui.machine import forecasts, tables
from ui.machine.routes import router
from ui.machine.schema import openapi

DAY = ARTICLE_DAY.isoformat()


def get(path: str, query: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    asyncio.run(router({**scope, "headers": pairs, "app": None}, receive, send))
    found = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:])


def resolved(path: str) -> dict[str, Any]:
    """The schema that the document gives for a good answer."""
    content = openapi()["paths"][path]["get"]["responses"]["200"]["content"]
    (media,) = content.values()
    return dict(media["schema"])


@pytest.mark.parametrize("name", tables.names())
def test_a_table_is_the_packaged_file_to_the_last_byte(name: str):
    status, headers, body = get(f"/data/{name}")
    assert (status, body) == (200, (PACKAGED_DATA / name).read_bytes())
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"] == "public, max-age=3600"


def test_what_a_program_has_already_is_not_sent_again():
    _, headers, _ = get("/data/plans.csv")
    for tag in (headers["etag"], f"W/{headers['etag']}", f'"other", {headers["etag"]}'):
        assert get("/data/plans.csv", if_none_match=tag)[::2] == (304, b"")
    assert get("/data/plans.csv", if_none_match='"other"')[0] == 200


@pytest.mark.parametrize("name", ["nothing.csv", "notes.txt", "..", "%2e%2e", "plans"])
def test_another_file_is_not_handed_out(name: str):
    status, _, body = get(f"/data/{name}")
    assert status == 404
    assert "plans.csv" in json.loads(body)["legal"]


def test_the_descriptor_tells_of_every_table_what_it_is():
    descriptor = json.loads(get("/data/datapackage.json")[2])
    resources = {resource["path"]: resource for resource in descriptor["resources"]}
    assert sorted(resources) == sorted([*tables.names(), *tables.DOCUMENTS])
    for name, resource in resources.items():
        status, headers, raw = get(f"/data/{name}")
        assert (status, raw) == (200, (PACKAGED_DATA / name).read_bytes())
        assert headers["content-type"].startswith(resource["mediatype"])
        if name in tables.names():
            header = raw.decode("utf-8-sig").splitlines()[0].split(",")
            assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_a_forecast_is_the_command_lines_own():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        assert main(["forecast", "--as-of", DAY, "--format", "json"]) == 0
    status, headers, body = get("/api/forecast", f"as_of={DAY}")
    assert (status, body.decode()) == (200, printed.getvalue())
    assert headers["content-type"] == "application/json"
    jsonschema.validate(json.loads(body), resolved("/api/forecast"))


def test_a_forecast_is_computed_once(monkeypatch: pytest.MonkeyPatch):
    first = get("/api/forecast", f"as_of={DAY}")
    assert first[0] == 200

    def again(day: date) -> None:
        raise AssertionError(day)

    monkeypatch.setattr(forecasts, "forecast_for_programs", again)
    assert get("/api/forecast", f"as_of={DAY}") == first


@pytest.mark.parametrize(
    "query", ["as_of=2020-10-29", "as_of=", "as_of=<script>", "day=2020-10-28"]
)
def test_another_day_or_parameter_is_refused_with_what_is_legal(query: str):
    status, _, body = get("/api/forecast", query)
    assert status == 400
    assert json.loads(body)["legal"]


def test_a_day_with_too_few_figures_says_so():
    status, headers, body = get("/api/forecast", f"as_of={forecasts.days()[-1]}")
    assert status == 422
    assert "at least 3 are needed" in json.loads(body)["error"]
    assert headers["cache-control"] == "no-store"


def test_the_document_names_every_address_and_no_other():
    document = json.loads(get("/api/openapi.json")[2])
    described = set(document["paths"]) - {"/data/datapackage.json"}
    assert described == {route.path for route in router.routes}  # type: ignore[attr-defined]
    days = json.loads(get("/api/days")[2])
    assert days[0] > days[-1]
    jsonschema.validate(days, resolved("/api/days"))


def test_nothing_else_is_here():
    with pytest.raises(Exception, match="404"):
        get("/api/other")
