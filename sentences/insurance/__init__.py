"""Sentences of the insurance page."""
