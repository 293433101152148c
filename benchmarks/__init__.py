"""Accuracy and speed, measured by hand with ``make bench``; nothing here is asserted in tests."""
