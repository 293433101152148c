"""The scenarios page: the bench and its controls."""
