"""From figures to a fitted model."""
