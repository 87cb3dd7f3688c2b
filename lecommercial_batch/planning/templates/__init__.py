"""What each person will read."""
