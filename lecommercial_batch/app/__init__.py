"""Use cases for every door: they return values, and show nothing."""
