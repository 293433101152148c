"""Charts of the page on data and method."""
