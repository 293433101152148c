"""A reader's own file: from bytes to a forecast, within limits."""
