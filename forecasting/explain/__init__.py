"""Why the share moved, for the plan and for one member; what the lists of cases show."""
