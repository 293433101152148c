"""A scenario, the day it stands on and what was found then, as the parameters of an address.

Every assumption is written out, defaults too, so that a link still says what it meant when a
default has moved; with them the schema version, the as-of day, the versions of model and data and
the headline quantiles of the day. Pinned scenarios say only what they change, and their names.
Reading never fails: what cannot be used is named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from forecasting.assumptions.scenario import (
    NEW_NAMES,
    OLD_NAMES,
    RENAMED_IN_2,
    SCHEMA_VERSION,
    VERSION_KEY,
    Scenario,
    migrate,
    read_version,
)
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, Value
from forecasting.base.errors import InputError
from forecasting.base.quantiles import Quantiles
from forecasting.base.strict import day_of, number_of

AS_OF_KEY = "as_of"
MODEL_KEY, DATA_KEY = "model_version", "data_version"
STEADY_KEY, NEXT_KEY = "steady_state_then", "next_share_then"
SNAPSHOT_KEYS: tuple[str, ...] = (MODEL_KEY, DATA_KEY, STEADY_KEY, NEXT_KEY)
SCENARIO_KEYS: tuple[str, ...] = (VERSION_KEY, *ASSUMPTION_BY_NAME, *sorted(OLD_NAMES))
MOST_PINS = 3
# What a pinned scenario changes, and its name, by its place: pin_1 and pin_1_name.
PIN_KEYS: tuple[tuple[str, str], ...] = tuple(
    (f"pin_{place}", f"pin_{place}_name") for place in range(1, MOST_PINS + 1)
)
LINK_KEYS: frozenset[str] = frozenset(
    {*SCENARIO_KEYS, *SNAPSHOT_KEYS, *(key for keys in PIN_KEYS for key in keys)}
)
SEPARATOR = "_"
# Left as it is in an address, and in no name and no value of an assumption.
PIN_SEPARATOR = "~"
LONGEST_NAME = 26
LONGEST_PIN = 1_600
PIN_FORM = f"name{PIN_SEPARATOR}value"
NAME_FORM = f"1 – {LONGEST_NAME}"
LONGEST_VERSION = 60
LARGEST_SHARE = 1e12

Headline = tuple[float, float, float]


@dataclass(frozen=True)
class LinkSnapshot:
    """What a link was made with: versions, and q10, q50, q90 of two headline numbers in RMB."""

    model_version: str
    data_version: str
    steady_state: Headline | None = None
    next_share: Headline | None = None

    def same_versions(self, other: LinkSnapshot) -> bool:
        """Whether model and data are the same."""
        return (self.model_version, self.data_version) == (
            other.model_version,
            other.data_version,
        )


@dataclass(frozen=True)
class Pin:
    """A scenario that stays on the chart, under the reader's name for it."""

    name: str
    scenario: Scenario


@dataclass(frozen=True)
class Permalink:
    """What an address says: a scenario, a day where it names one, what it was made with, pins."""

    scenario: Scenario
    as_of: date | None = None
    snapshot: LinkSnapshot | None = None
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True)
class Unusable:
    """One parameter of an address that could not be used, and what would be legal.

    ``pin``: the key of the pinned scenario that said it; ``dropped``: that pin is gone with it.
    """

    name: str
    value: str
    legal: str
    pin: str = ""
    dropped: bool = False


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


def scenario_address(
    scenario: Scenario, full: bool = False, pins: Sequence[Pin] = ()
) -> dict[str, str]:
    """A scenario as parameters: what it changes, or everything where ``full``; and the pins.

    >>> scenario_address(Scenario(delay_days=150))
    {'schema_version': '3', 'delay_days': '150'}
    """
    names = ASSUMPTION_BY_NAME if full else scenario.changes()
    written = {name: ASSUMPTION_BY_NAME[name].write(getattr(scenario, name)) for name in names}
    written |= pins_address(pins)
    return {VERSION_KEY: str(SCHEMA_VERSION)} | written if written else {}


def pins_address(pins: Sequence[Pin]) -> dict[str, str]:
    """Pinned scenarios as parameters, each by what it changes and its name.

    >>> pins_address([Pin("Slow", Scenario(delay_days=150, pandemic=False))])
    {'pin_1': 'delay_days~150~pandemic~no', 'pin_1_name': 'Slow'}
    """
    address = {}
    for (key, name_key), pin in zip(PIN_KEYS, pins, strict=False):
        changes = pin.scenario.changes().items()
        settings = [
            part for name, v in changes for part in (name, ASSUMPTION_BY_NAME[name].write(v))
        ]
        if settings:
            address[key] = PIN_SEPARATOR.join(settings)
        address[name_key] = pin.name
    return address


def encode_link(link: Permalink) -> dict[str, str]:
    """A link as parameters of an address, every assumption in full.

    >>> address = encode_link(Permalink(Scenario(delay_days=150), date(2020, 10, 28)))
    >>> address["delay_days"], address["incidence_per_10k"], address["as_of"]
    ('150', 'auto', '2020-10-28')
    """
    address = scenario_address(link.scenario, full=True, pins=link.pins)
    if link.as_of is not None:
        address[AS_OF_KEY] = link.as_of.isoformat()
    if link.snapshot is not None:
        address |= {MODEL_KEY: link.snapshot.model_version, DATA_KEY: link.snapshot.data_version}
        for key, values in (
            (STEADY_KEY, link.snapshot.steady_state),
            (NEXT_KEY, link.snapshot.next_share),
        ):
            if values is not None:
                address[key] = SEPARATOR.join(f"{value!r}" for value in values)
    return address


def decode_link(address: Mapping[str, str]) -> tuple[Permalink, tuple[Unusable, ...]]:
    """What an address says and what of it could not be used; keys of others are passed over.

    Older schema versions are migrated as scenario files are. Never raises.

    >>> link, unusable = decode_link({"delay_days": "9999", "pandemic": "no"})
    >>> link.scenario.changes(), unusable[0].name, unusable[0].legal
    ({'pandemic': False}, 'delay_days', '30 to 500 days')
    >>> decode_link({"schema_version": "1", "growth_per_period": "0.01"})[0].scenario.changes()
    {'growth_ahead_per_period': 0.01}
    """
    unusable: list[Unusable] = []
    settings = {name: address[name] for name in SCENARIO_KEYS if name in address}
    version = SCHEMA_VERSION
    try:
        version = read_version(settings.pop(VERSION_KEY, None))
    except ValueError:
        found = address[VERSION_KEY]
        unusable.append(Unusable(VERSION_KEY, found, f"1 – {SCHEMA_VERSION}"))
    for old, new in RENAMED_IN_2.items():
        if version == 1 and old in settings and new in settings:
            unusable.append(Unusable(old, settings.pop(old), new))
    scenario, wrong = _scenario(migrate(settings, version))
    snapshot, unread = _snapshot(address)
    pins, unpinned = _pins(address, version)
    link = Permalink(scenario, _day(address.get(AS_OF_KEY)), snapshot, pins)
    return link, (*unusable, *wrong, *unread, *unpinned)


def _scenario(settings: Mapping[str, str]) -> tuple[Scenario, list[Unusable]]:
    """The scenario of texts by name, and those that say nothing legal."""
    values: dict[str, Value] = {}
    unusable = []
    for name, text in settings.items():
        if name not in ASSUMPTION_BY_NAME:
            unusable.append(Unusable(name, text, NEW_NAMES.get(name, "")))
            continue
        assumption = ASSUMPTION_BY_NAME[name]
        try:
            values[name] = assumption.read(text)
        except InputError:
            unusable.append(Unusable(name, text, assumption.legal))
    return Scenario().with_changes(values), unusable


def _pins(address: Mapping[str, str], version: int) -> tuple[tuple[Pin, ...], list[Unusable]]:
    """The pins of an address; one keeps what can be used of it, and is dropped without any."""
    pins: list[Pin] = []
    unusable: list[Unusable] = []
    for key, name_key in PIN_KEYS:
        text = address.get(key, "")
        if not text and name_key not in address:
            continue
        settings = _pairs(text)
        if settings is None:
            unusable.append(Unusable(key, text, PIN_FORM, key, dropped=True))
            continue
        scenario, wrong = _scenario(migrate(settings, version))
        dropped = bool(wrong) and scenario == Scenario()
        unusable += [replace(item, pin=key, dropped=dropped) for item in wrong]
        if dropped:
            continue
        taken = {pin.name for pin in pins}
        name = address.get(name_key, "")
        if not _is_name(name) or name in taken:
            unusable.append(Unusable(name_key, name, NAME_FORM, key))
            name = next(free for free in _numbers(key) if free not in taken)
        pins.append(Pin(name, scenario))
    return tuple(pins), unusable


def _pairs(text: str) -> dict[str, str] | None:
    """Names and values of a pin; None where they are no pairs, or too long, or say one twice."""
    parts = text.split(PIN_SEPARATOR) if text else []
    names, values = parts[::2], parts[1::2]
    if len(text) > LONGEST_PIN or len(names) != len(values) or len({*names}) != len(names):
        return None
    return dict(zip(names, values, strict=True))


def clean_name(text: str) -> str:
    """A reader's name for a pin: one line of printable text, cut where it is too long.

    >>> clean_name("  Many  leave ")
    'Many leave'
    """
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:LONGEST_NAME].strip()


def _is_name(text: str) -> bool:
    return bool(text) and clean_name(text) == text


def _numbers(key: str) -> Iterator[str]:
    """Names for a pin that has none: its place, then with ever more in front of it."""
    place = key.rpartition(SEPARATOR)[2]
    return (f"{'#' * times}{place}" for times in range(MOST_PINS))


def _day(text: str | None) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        return None


def _snapshot(address: Mapping[str, str]) -> tuple[LinkSnapshot | None, list[Unusable]]:
    if not any(key in address for key in SNAPSHOT_KEYS):
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
    snapshot = LinkSnapshot(
        versions[MODEL_KEY], versions[DATA_KEY], headlines[STEADY_KEY], headlines[NEXT_KEY]
    )
    return snapshot, unusable


def _headline(text: str | None) -> Headline | None:
    try:
        low, middle, high = (number_of(part) for part in (text or "").split(SEPARATOR))
    except ValueError:
        return None
    legal = all(math.isfinite(value) for value in (low, middle, high))
    return (low, middle, high) if legal and 0 <= low <= middle <= high <= LARGEST_SHARE else None
