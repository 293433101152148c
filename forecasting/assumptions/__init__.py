"""What may be assumed: the table of assumptions, parameters, a scenario, its presets and links."""
