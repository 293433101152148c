"""The blocks that pages are made of."""
