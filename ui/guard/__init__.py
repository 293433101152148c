"""What stands before every request, whichever way the dashboard is served."""
