"""Which rows may be written to."""
