"""Charts: pure functions from a result to a :class:`~charts.style.frame.Chart`; no browser."""
