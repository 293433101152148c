"""What the engine says: English, with the template and values that a page translates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Self


class Message(str):
    """English text that remembers its template and its values; otherwise a plain ``str``.

    ``template`` is what catalogues translate; ``values`` fill it, and may be messages themselves.
    Without values the template is taken as it stands, braces and all.

    >>> found = Message("{name}: found {found!r}, legal: {legal}", name="fee", found="x", legal="1")
    >>> print(found)
    fee: found 'x', legal: 1
    >>> found.template, found.values["found"]
    ('{name}: found {found!r}, legal: {legal}', 'x')
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Format ``template`` with ``values``."""
        message = super().__new__(cls, template.format(**values) if values else template)
        message.template = template
        message.values = values
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """What a pickle or a copy is made anew from."""
        return (self.template,), dict(self.values)


class Name(str):
    """The name of a parameter, quantity or reason, which catalogues give as ``group.name``.

    ``english`` is its text where the name itself is none that a reader would understand.

    >>> Name("quantity", "share"), Name("quantity", "share").key
    ('share', 'quantity.share')
    >>> Name("reason", "zero", "it is zero"), Name("reason", "zero", "it is zero").key
    ('it is zero', 'reason.zero')
    """

    group: str
    name: str

    def __new__(cls, group: str, name: str, english: str = "", /) -> Self:
        """``name``, one of ``group``."""
        text = super().__new__(cls, english or name)
        text.group, text.name = group, name
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str, str, str], dict[str, Any]]:
        """What a pickle or a copy is made anew from."""
        return (self.group, self.name, str(self)), {}

    @property
    def key(self) -> str:
        """Where catalogues have it."""
        return f"{self.group}.{self.name}"


class Names(str):
    """Several names of one group, listed.

    >>> Names("quantity", ["share", "helped"]).names[1].key
    'quantity.helped'
    """

    names: tuple[Name, ...]

    def __new__(cls, group: str, names: Iterable[str], /) -> Self:
        """``names``, each one of ``group``."""
        each = tuple(Name(group, name) for name in names)
        text = super().__new__(cls, ", ".join(each))
        text.names = each
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str, tuple[str, ...]], dict[str, Any]]:
        """What a pickle or a copy is made anew from."""
        group = self.names[0].group if self.names else ""
        return (group, tuple(map(str, self.names))), {}


def on_day(plan: str, day: date, what: str) -> Message:
    """``what`` of a plan as known on a day.

    >>> print(on_day("xianghubao", date(2019, 1, 28), Message("nothing was settled yet")))
    xianghubao on 2019-01-28: nothing was settled yet
    """
    return Message("{plan} on {day}: {what}", plan=plan, day=day, what=what)


def known_reason(error: Exception, known: tuple[Message, ...] = ()) -> str:
    """The text of another's exception, as the message among ``known`` that says the same."""
    text = str(error)
    fallback = getattr(error, "message", text)
    return next((message for message in known if message == text), fallback)
