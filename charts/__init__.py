"""Charts: pure functions from a result to a :class:`~charts.style.chart.Chart`; no browser."""
