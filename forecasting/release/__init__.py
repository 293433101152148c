"""Results fixed by the figures and the model, computed once a release and kept as JSON."""
