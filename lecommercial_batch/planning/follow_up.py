"""What comes of a campaign: who was reached goes into a list, who could not be goes out of one."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lecommercial_batch.core.contact_edits import LONGEST_NAME, Edit, EditKind
from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.model import (
    Message,
    NewRun,
    Reason,
    Rejection,
    ReportRow,
    Row,
    Run,
    RunOptions,
    Status,
)
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.manner import Manner
from lecommercial_batch.planning.screening import columns


class After:
    """How the results of a run become edits of the lists that its campaign names.

    ``added`` and ``removed`` are who is in these lists now. Rows that ask for nothing are left out, and who is in
    a list already is not renamed.
    """

    def __init__(
        self,
        run: Run,
        rows: Callable[[], Iterator[ReportRow]],
        *,
        lane: str,
        options: RunOptions,
        added: Mapping[str, Contact],
        removed: Mapping[str, Contact],
    ) -> None:
        self._of = run.new.options
        self._rows = rows
        self._lane = lane
        self._added = added
        self._removed = removed
        self._name = columns.guess_first_name(run.new.columns)
        self._lastname = columns.guess_last_name(run.new.columns)
        self.parts: Final[Mapping[str, str]] = {}
        self.manner: Final = Manner()
        self.new_run: Final = NewRun(
            campaign=f"after {run.id}",
            campaign_file=run.new.campaign_file,
            source=run.new.source,
            columns=run.new.columns,
            phone_column=run.new.phone_column,
            options=options,
            variants=(EditKind.ADD, EditKind.REMOVE),
            edits=True,
            parent=run.id,
        )

    def rows(self) -> Iterator[Message | Rejection]:
        """Yield one edit, or one rejection, for each row that a list is to hear of."""
        for row in self._rows():
            if row.phone is None:
                continue
            number = row.phone.digits
            if row.status is Status.ACCEPTED and self._of.add_to_list:
                if number in self._added:
                    detail = Sentence("contact {id} of the list", id=self._added[number].id)
                    yield Rejection(row.row, Reason.UNCHANGED, detail)
                else:
                    yield self._addition(row.row).message(row.row, row.phone, lane=self._lane)
            elif row.status is Status.FAILED and self._of.remove_failed_from and number in self._removed:
                edit = Edit(kind=EditKind.REMOVE, list_id=self._of.remove_failed_from)
                yield edit.message(row.row, row.phone, lane=self._lane)

    def _addition(self, row: Row) -> Edit:
        name, lastname = (
            "" if index is None else " ".join(str(row.cells[index]).split())[:LONGEST_NAME]
            for index in (self._name, self._lastname)
        )
        return Edit(kind=EditKind.ADD, list_id=self._of.add_to_list, name=name, lastname=lastname)
