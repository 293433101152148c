"""Sentences of the selection-lag page."""
