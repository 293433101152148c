"""What a harness is, and the inputs it is tried on: seeds, and mutations of them."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

LONGEST_INPUT = 20_000
MOST_CHANGES = 5
FEW = 20
TOKEN = re.compile(rb"[^,;&=:{}\[\]\"\n\r\0]+")
ODD_WORDS: tuple[bytes, ...] = (
    b"", b" ", b"-1", b"0", b"-0", b"1e309", b"1e-400", b"NaN", b"inf", b"-Infinity", b"1_000",
    b"9" * 400, b"9" * 5_000, b"0.1" + b"0" * 400, b"0x10", b"1,5", b"true", b"null", b"{}", b"[]",
    b"2020-02-30", b"0001-01-01", b"9999-12-31", b"2020-10-28", b"2020-W44-3", b"1603843200",
    b'"', b'""', b'"' * 9, b"\\", b"\\u0000", b"\\ud800", b"\n", b"\r", b"\r\n", b"\t", b"\0",
    b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", "４".encode(), "相互宝".encode(), "‮".encode(),
    b"=1+1", b"'=1", "＝1".encode(), b"@x", b"<img src=x onerror=alert(1)>", b"`", b"$$", b"**",
    b"../../x", b"%00", b"a" * 70,
)  # fmt: skip


@dataclass(frozen=True)
class Harness:
    """One way in: ``check`` takes any bytes and fails where a property does not hold.

    ``samples`` inputs are tried in the suite; none may take longer than ``slowest`` seconds.
    """

    name: str
    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    samples: int
    slowest: float = 10.0

    def run(self, data: bytes) -> None:
        """Check one input and the time it takes."""
        start = time.perf_counter()
        self.check(data)
        took = time.perf_counter() - start
        assert took <= self.slowest, f"{took:.1f} s, at most {self.slowest:.0f} s"

    def inputs(self, seed: int) -> Iterator[bytes]:
        """The seeds, then mutations of them without end, the same for the same number."""
        yield from self.seeds
        chance = random.Random(seed)
        while True:
            yield self.mutated(chance.choice(self.seeds), chance)

    def sample(self, seed: int) -> list[bytes]:
        """What the suite tries: seeds and mutations, of a slow one mutations alone."""
        first = len(self.seeds) if self.samples < FEW else 0
        return list(islice(self.inputs(seed), first, first + self.samples))

    def mutated(self, data: bytes, chance: random.Random) -> bytes:
        """A few changes, each to a byte, a token, a line or a stretch."""
        for _ in range(chance.randint(1, MOST_CHANGES)):
            data = chance.choice(CHANGES)(data, chance, (*self.words, *ODD_WORDS))
        return data[:LONGEST_INPUT]


Change = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _one_byte(data: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _word_in(data: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(words) + data[at:]


def _token(data: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    tokens = list(TOKEN.finditer(data))
    if not tokens:
        return chance.choice(words)
    one = chance.choice(tokens)
    return data[: one.start()] + chance.choice(words) + data[one.end() :]


def _swapped(data: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    tokens = list(TOKEN.finditer(data))
    if len(tokens) < 2:
        return data
    one, other = sorted(chance.sample(tokens, 2), key=lambda token: token.start())
    between = data[one.end() : other.start()]
    return data[: one.start()] + other[0] + between + one[0] + data[other.end() :]


def _cut(data: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[end:]


def _line_again(data: bytes, chance: random.Random, words: Sequence[bytes]) -> bytes:
    lines = data.splitlines(keepends=True)
    return data + chance.choice(lines) * chance.randint(1, 3) if lines else data


CHANGES: tuple[Change, ...] = (
    _one_byte,
    _word_in,
    _token,
    _token,
    _token,
    _swapped,
    _cut,
    _line_again,
)
