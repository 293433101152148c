"""Sentences of the growth page."""
