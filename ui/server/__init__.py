"""What a server keeps and says of itself: results, log, health, memory."""
