"""What became of each row: the operator's own spreadsheet back, and summaries of it."""

from lecommercial_batch.report.naming import FORMATS, reports_of
from lecommercial_batch.report.summary import Summary, summary
from lecommercial_batch.report.writing import write_reports

__all__ = ["FORMATS", "Summary", "reports_of", "summary", "write_reports"]
