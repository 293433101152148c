"""Controls that every page shares."""
