"""A journal that lives in memory: fast and forgetful, for tests."""
