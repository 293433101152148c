"""Charts of the track record page."""
