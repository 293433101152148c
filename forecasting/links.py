"""A scenario, the day it stands on and what was found then, as the parameters of an address.

Every assumption is written out, defaults too, so that a link still says what it meant when a
default has moved; with them the schema version, the as-of day, the versions of model and data and
the headline quantiles of the day. Reading never fails: what cannot be used is named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forecasting.assumptions import ASSUMPTION_BY_NAME, Value
from forecasting.errors import InputError
from forecasting.results import Quantiles
from forecasting.scenario import (
    OLD_NAMES,
    RENAMED_IN_2,
    SCHEMA_VERSION,
    VERSION_KEY,
    Scenario,
    migrate,
    read_version,
)

AS_OF_KEY = "as_of"
MODEL_KEY, DATA_KEY = "model_version", "data_version"
STEADY_KEY, NEXT_KEY = "steady_state_then", "next_share_then"
MADE_KEYS: tuple[str, ...] = (MODEL_KEY, DATA_KEY, STEADY_KEY, NEXT_KEY)
SCENARIO_KEYS: tuple[str, ...] = (VERSION_KEY, *ASSUMPTION_BY_NAME, *sorted(OLD_NAMES))
LINK_KEYS: frozenset[str] = frozenset({*SCENARIO_KEYS, *MADE_KEYS})
SEPARATOR = "_"
LONGEST_VERSION = 60
LARGEST_SHARE = 1e12

Headline = tuple[float, float, float]


@dataclass(frozen=True)
class Made:
    """What a link was made with: versions, and q10, q50, q90 of two headline numbers in RMB."""

    model_version: str
    data_version: str
    steady_state: Headline | None = None
    next_share: Headline | None = None

    def same_versions(self, other: Made) -> bool:
        """Whether model and data are the same."""
        return (self.model_version, self.data_version) == (
            other.model_version,
            other.data_version,
        )


@dataclass(frozen=True)
class Link:
    """What an address says: a scenario, a day where it names one, what it was made with."""

    scenario: Scenario
    as_of: date | None = None
    made: Made | None = None


@dataclass(frozen=True)
class Unusable:
    """One parameter of an address that could not be used, and what would be legal."""

    name: str
    value: str
    legal: str


def headline(quantiles: Quantiles | None) -> Headline | None:
    """The three quantiles that a link carries, to the fen.

    >>> headline(Quantiles(1, 2, 3, 4, 5, 6, 7))
    (2.0, 4.0, 6.0)
    """
    if quantiles is None:
        return None
    low, middle, high = (
        round(float(value), 2) for value in (quantiles.q10, quantiles.q50, quantiles.q90)
    )
    return low, middle, high


def scenario_address(scenario: Scenario, full: bool = False) -> dict[str, str]:
    """A scenario as parameters: what it changes, or everything where ``full``.

    >>> scenario_address(Scenario(delay_days=150))
    {'schema_version': '2', 'delay_days': '150'}
    """
    names = ASSUMPTION_BY_NAME if full else scenario.changes()
    written = {name: ASSUMPTION_BY_NAME[name].write(getattr(scenario, name)) for name in names}
    return {VERSION_KEY: str(SCHEMA_VERSION)} | written if written else {}


def encode_link(link: Link) -> dict[str, str]:
    """A link as parameters of an address, every assumption in full.

    >>> address = encode_link(Link(Scenario(delay_days=150), date(2020, 10, 28)))
    >>> address["delay_days"], address["incidence_per_10k"], address["as_of"]
    ('150', 'auto', '2020-10-28')
    """
    address = scenario_address(link.scenario, full=True)
    if link.as_of is not None:
        address[AS_OF_KEY] = link.as_of.isoformat()
    if link.made is not None:
        address |= {MODEL_KEY: link.made.model_version, DATA_KEY: link.made.data_version}
        for key, values in ((STEADY_KEY, link.made.steady_state), (NEXT_KEY, link.made.next_share)):
            if values is not None:
                address[key] = SEPARATOR.join(f"{value!r}" for value in values)
    return address


def decode_link(address: Mapping[str, str]) -> tuple[Link, tuple[Unusable, ...]]:
    """What an address says and what of it could not be used; keys of others are passed over.

    Older schema versions are migrated as scenario files are. Never raises.

    >>> link, unusable = decode_link({"delay_days": "9999", "pandemic": "no"})
    >>> link.scenario.changes(), unusable[0].name, unusable[0].legal
    ({'pandemic': False}, 'delay_days', '30 to 500 days')
    >>> decode_link({"schema_version": "1", "growth_per_period": "0.01"})[0].scenario.changes()
    {'growth_ahead_per_period': 0.01}
    """
    unusable: list[Unusable] = []
    said = {name: address[name] for name in SCENARIO_KEYS if name in address}
    version = SCHEMA_VERSION
    try:
        version = read_version(said.pop(VERSION_KEY, None))
    except ValueError:
        found = address[VERSION_KEY]
        unusable.append(Unusable(VERSION_KEY, found, f"1 – {SCHEMA_VERSION}"))
    for old, new in RENAMED_IN_2.items():
        if version == 1 and old in said and new in said:
            unusable.append(Unusable(old, said.pop(old), new))
    values: dict[str, Value] = {}
    for name, text in migrate(said, version).items():
        if name not in ASSUMPTION_BY_NAME:
            unusable.append(Unusable(name, text, RENAMED_IN_2[name]))
            continue
        assumption = ASSUMPTION_BY_NAME[name]
        try:
            values[name] = assumption.read(text)
        except InputError:
            unusable.append(Unusable(name, text, assumption.legal))
    made, unread = _made(address)
    link = Link(Scenario().with_changes(values), _day(address.get(AS_OF_KEY)), made)
    return link, (*unusable, *unread)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _made(address: Mapping[str, str]) -> tuple[Made | None, list[Unusable]]:
    if not any(key in address for key in MADE_KEYS):
        return None, []
    unusable = []
    versions = {}
    for key in (MODEL_KEY, DATA_KEY):
        text = address.get(key, "")
        versions[key] = text if text.isprintable() and len(text) <= LONGEST_VERSION else ""
        if not versions[key]:
            unusable.append(Unusable(key, text, f"1 – {LONGEST_VERSION}"))
    headlines: dict[str, Headline | None] = {}
    for key in (STEADY_KEY, NEXT_KEY):
        headlines[key] = _headline(address.get(key))
        if key in address and headlines[key] is None:
            unusable.append(Unusable(key, address[key], "q10_q50_q90"))
    if not all(versions.values()):
        return None, unusable
    made = Made(versions[MODEL_KEY], versions[DATA_KEY], headlines[STEADY_KEY], headlines[NEXT_KEY])
    return made, unusable


def _headline(text: str | None) -> Headline | None:
    try:
        low, middle, high = (float(part) for part in (text or "").split(SEPARATOR))
    except ValueError:
        return None
    legal = all(math.isfinite(value) for value in (low, middle, high))
    return (low, middle, high) if legal and 0 <= low <= middle <= high <= LARGEST_SHARE else None
