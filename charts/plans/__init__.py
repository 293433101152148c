"""Charts of the plans page."""
