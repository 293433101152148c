"""Sentences: pure functions from a result to plain words, from the object that draws the chart."""
