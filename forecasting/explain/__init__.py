"""What moves the share, for a plan and for one member."""
