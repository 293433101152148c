"""Why the share is what it is: aid against payers, a published forecast judged."""
