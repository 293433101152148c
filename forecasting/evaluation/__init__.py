"""How good it was: scores, rivals, backtests, what came."""
