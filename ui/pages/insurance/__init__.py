"""The insurance page's controls and sections."""
