"""What the health route says, and that it says so when the record cannot be read."""

from __future__ import annotations

import pytest

from forecasting import MODEL_VERSION, InputError, load_disclosures
from ui.server import health


def test_a_sound_server_names_its_versions():
    code, body = health.report()
    assert code == 200
    assert body == {
        "status": "ok",
        "data_version": load_disclosures().data_version,
        "model_version": MODEL_VERSION,
        "as_of": "2020-10-28",
        "converged": True,
        "release": body["release"],
    }


def test_a_record_that_cannot_be_read_is_not_healthy(monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise InputError("observations.csv: cannot be read")

    monkeypatch.setattr(health, "full_record", broken)
    code, body = health.report()
    assert (code, body["status"]) == (503, "failing")
    assert "observations.csv" in body["reason"]
