"""Sentences of the steady-state page."""
