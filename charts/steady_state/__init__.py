"""Charts of the steady-state page."""
