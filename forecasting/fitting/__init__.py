"""The fit: likelihood, estimation, checks."""
