"""What one page alone needs: its controls and its sections, under the page's name."""
