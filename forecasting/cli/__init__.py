"""The command line: commands, flags, exit codes, and the text form of results."""
