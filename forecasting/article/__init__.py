"""The article's own calculation: incidence, its steps, what moves it."""
