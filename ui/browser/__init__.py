"""What runs in the reader's browser: our scripts and styles."""
