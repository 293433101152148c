"""The steady states of four days stay what they were, to the fen that is printed."""

from tests.reference.steady_states import computed, kept


def test_the_steady_states_of_four_days_are_those_kept() -> None:
    assert computed() == kept()
