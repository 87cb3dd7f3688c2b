"""Contact files of every kind, read as rows: the only importer of pandas and calamine."""

from lecommercial_batch.contacts.opening import STANDARD_INPUT, SUPPORTED, open_contacts

__all__ = ["STANDARD_INPUT", "SUPPORTED", "open_contacts"]
