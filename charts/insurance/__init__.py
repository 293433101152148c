"""Charts of the insurance page."""
