"""The data package: Frictionless finds it valid, our checks are those it states, it is complete."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forecasting.base.errors import InputError
from forecasting.disclosures import PACKAGED_DATA, QUANTITIES, data_archive
from forecasting.disclosures.package import DESCRIPTOR, PACKAGE, TABLE_RESOURCES, words
from forecasting.disclosures.quantities import UNITS
from forecasting.disclosures.schemas import TABLE_BY_NAME
from forecasting.disclosures.validation import validate_table

FIELDS = [
    pytest.param(resource, field, id=f"{resource['name']}.{field['name']}")
    for resource in TABLE_RESOURCES
    for field in resource["schema"]["fields"]
]
OUTSIDE: dict[str, Callable[[Any], str]] = {
    "required": lambda _: "",
    "enum": lambda legal: "".join(legal),
    "minimum": lambda least: "1899-12-31" if isinstance(least, str) else str(least - 1),
    "maximum": lambda most: "2101-01-01" if isinstance(most, str) else str(most * 1.01 + 1),
    "maxLength": lambda most: "x" * (most + 1),
    "pattern": lambda _: "2020-13-01",
}
SPOILED = (
    (",ami,100000,2,", ",ami,100000,two,", "type-error"),
    (",ami,100000,2,", ",flu,100000,2,", "constraint-error"),
    (",ami,300000,4,", ",ami,100000,4,", "primary-key"),
    (",2,notices2019", ",2,nobody", "foreign-key"),
    ("disease_group,", "disease,", "incorrect-label"),
)
# In a process of its own: importing frictionless lifts the limit on a cell of every CSV reader.
VALIDATE = """
import json, sys
from frictionless import Package, system
with system.use_context(trusted=True):
    reports = [Package(path).validate().flatten(["type"]) for path in sys.argv[1:]]
print(json.dumps(reports))
"""


def errors_of(*folders: Path) -> list[set[str]]:
    """Kinds of errors that Frictionless finds in each package."""
    descriptors = [str(folder / DESCRIPTOR) for folder in folders]
    command = [sys.executable, "-c", VALIDATE, *descriptors]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return [{kind for (kind,) in report} for report in json.loads(run.stdout)]


def rows_of(resource) -> list[list[str]]:
    """The header and the rows of one table."""
    text = (PACKAGED_DATA / resource["path"]).read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))


def problems_of(resource, rows: list[list[str]]) -> str:
    """What our own checks say of a table, empty where they take it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    try:
        validate_table(text.getvalue().encode(), "t.csv", TABLE_BY_NAME[resource["name"]])
    except InputError as error:
        return str(error)
    return ""


def test_the_frictionless_command_finds_it_valid():
    command = [sys.executable, "-m", "frictionless", "validate", "--json"]
    path = str(PACKAGED_DATA / DESCRIPTOR)
    run = subprocess.run([*command, "--trusted", path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    report = json.loads(run.stdout)
    assert report["valid"]
    assert {task["name"] for task in report["tasks"]} == {r["name"] for r in PACKAGE["resources"]}


def test_it_finds_what_is_wrong(tmp_path: Path):
    folders = []
    for number, (old, new, _) in enumerate(SPOILED):
        folder = shutil.copytree(PACKAGED_DATA, tmp_path / str(number))
        text = (folder / "case_mix.csv").read_text(encoding="utf-8")
        assert old in text
        (folder / "case_mix.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
        folders.append(folder)
    found = errors_of(*folders)
    assert [error in kinds for (*_, error), kinds in zip(SPOILED, found, strict=True)] == [True] * 5


def test_every_file_of_the_folder_is_named_and_every_named_file_is_there():
    named = [DESCRIPTOR, *(resource["path"] for resource in PACKAGE["resources"])]
    assert sorted(named) == sorted(path.name for path in PACKAGED_DATA.iterdir())


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_every_file_says_what_it_is_and_how_it_may_be_used(resource):
    assert resource["title"]
    assert all(licence.keys() >= {"path", "title"} for licence in resource["licenses"])
    assert resource["path"].endswith(".md") or resource["sources"]


@pytest.mark.parametrize(("resource", "field"), FIELDS)
def test_every_column_says_what_it_holds(resource, field):
    assert field["description"]
    assert field["type"] in ("string", "number", "integer", "date")
    assert field.get("unit") or field["type"] in ("string", "date")
    if field["name"] == "source_id" and resource["name"] != "sources":
        (key,) = resource["schema"]["foreignKeys"]
        assert key["reference"] == {"resource": "sources", "fields": ["source_id"]}


@pytest.mark.parametrize(("resource", "field"), FIELDS)
def test_our_checks_refuse_what_each_constraint_rules_out(resource, field):
    rows = rows_of(resource)[:2]
    place = rows[0].index(field["name"])
    assert problems_of(resource, rows) == ""
    for name, limit in field["constraints"].items():
        cell = OUTSIDE[name](limit)
        bad = [rows[0], [cell if n == place else old for n, old in enumerate(rows[1])]]
        assert f"row 2, column {field['name']}: found" in problems_of(resource, bad), name


@pytest.mark.parametrize(
    "resource",
    [resource for resource in TABLE_RESOURCES if "primaryKey" in resource["schema"]],
    ids=lambda resource: resource["name"],
)
def test_our_checks_refuse_a_second_row_for_a_key(resource):
    header, row = rows_of(resource)[:2]
    key = ", ".join(resource["schema"]["primaryKey"])
    assert f"one row for each {key}" in problems_of(resource, [header, row, row])


def test_quantities_and_their_units_are_the_words_of_their_columns():
    assert tuple(QUANTITIES) == words("observations", "quantity")
    assert tuple(QUANTITIES) == words("published_forecasts", "quantity")
    assert {quantity.unit for quantity in QUANTITIES.values()} == set(UNITS)


def test_the_archive_is_the_package_and_its_bytes_are_fixed(tmp_path: Path):
    first = data_archive()
    data_archive.cache_clear()
    assert data_archive() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        archive.extractall(tmp_path)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    files = sorted((tmp_path / "data").iterdir())
    assert [file.name for file in files] == sorted(path.name for path in PACKAGED_DATA.iterdir())
    assert all(file.read_bytes() == (PACKAGED_DATA / file.name).read_bytes() for file in files)
    assert errors_of(tmp_path / "data") == [set()]
