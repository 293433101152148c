"""A chart handed on: files, press kit, citation, code."""
