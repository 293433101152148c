"""Plans side by side: comparison, pool size, fee, decline, ages."""
