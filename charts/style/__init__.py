"""What every chart has in common: frame, colours, lines that fit, events."""
