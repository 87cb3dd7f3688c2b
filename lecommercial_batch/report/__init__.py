"""What became of each row: the operator's own spreadsheet back, and summaries of it."""

from lecommercial_batch.report.summary import Summary, summary
from lecommercial_batch.report.writing import FORMATS, write_reports

__all__ = ["FORMATS", "Summary", "summary", "write_reports"]
