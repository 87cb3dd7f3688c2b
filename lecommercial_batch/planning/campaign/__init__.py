"""The campaign file that people write."""
