"""Harnesses that try every way in with inputs nobody would write."""
