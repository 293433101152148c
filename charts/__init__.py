"""Charts: pure functions from a result to a :class:`~charts.base.Chart`. No page, no browser."""
