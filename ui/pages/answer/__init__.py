"""Home page: one day's forecast, and its replay over all days."""
