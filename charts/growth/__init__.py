"""Charts of the growth page."""
