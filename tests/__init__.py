"""Tests, one folder a kind; the folder's name is the marker."""
