"""What every stage stands on: arrays, the calendar of settlements, errors, messages, quantiles."""
