"""Members on each settlement: enrolment, growth curves, the hazard of leaving."""
