"""Lines break where a reader expects them to."""

from __future__ import annotations

from charts.style.wrapping import wrap


def test_long_words_are_not_broken():
    assert wrap("incomprehensibilities", 5) == ["incomprehensibilities"]


def test_punctuation_does_not_start_a_line():
    assert wrap("分摊金额，稳态", 8) == ["分摊金额，", "稳态"]
