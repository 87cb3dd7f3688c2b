"""The database that holds runs. The only importer of SQLAlchemy."""

from lecommercial_batch.journal.checking import Checked
from lecommercial_batch.journal.loss import Accepted, accept_loss
from lecommercial_batch.journal.store import SqlJournal, open_journal

__all__ = ["Accepted", "Checked", "SqlJournal", "accept_loss", "open_journal"]
