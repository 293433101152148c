"""Sentences of the history page."""
