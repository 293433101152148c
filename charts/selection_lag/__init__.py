"""Charts of the selection-lag page."""
