"""What the address asks for, and the link to what is on the screen."""
