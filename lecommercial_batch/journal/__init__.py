"""The database that holds runs. The only importer of SQLAlchemy."""

from lecommercial_batch.journal.store import SqlJournal, open_journal

__all__ = ["SqlJournal", "open_journal"]
