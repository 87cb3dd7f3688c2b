"""The gateway of a run of edits: what the batch takes for a message is a change of a list."""

from dataclasses import replace
from typing import Final

from lecommercial_batch.core.contact_edits import Edit, EditKind
from lecommercial_batch.core.model import Answer, Content, Outcome, Phone
from lecommercial_batch.gateway.client import ApiGateway
from lecommercial_batch.gateway.connections import Left

#: Each kind of edit with its call.
_CALLS: Final = {
    EditKind.ADD: ("POST", "add-contact"),
    EditKind.UPDATE: ("PUT", "update-contact"),
    EditKind.REMOVE: ("DELETE", "remove-contact"),
}


class EditGateway(ApiGateway):
    """The contact calls of one sender, behind the batch's port."""

    async def send(self, phone: Phone, content: Content, *, left: Left = lambda: None) -> Answer:
        """Make one change. Never raises for what the network or the server does."""
        edit = Edit.of(content)
        method, path = _CALLS[edit.kind]
        where = [] if edit.kind is EditKind.UPDATE else [("list_id", str(edit.list_id))]
        number = edit.written or phone.digits
        fields = [*where, ("phone", number), ("name", edit.name), ("lastname", edit.lastname)]
        answer = (await self.change(method, path, fields, left=left)).answer
        match edit.kind, answer.reason:
            case EditKind.ADD, "already_there":  # by somebody else, or by a call whose answer was lost
                return replace(answer, outcome=Outcome.ACCEPTED, reason="")
            case EditKind.ADD, "not_found":  # the list, since the contact need not be there
                return replace(answer, outcome=Outcome.HALTED, reason="list_not_found")
            case EditKind.REMOVE, "not_found":  # gone already, or known by another number: the list will show
                return replace(answer, outcome=Outcome.UNSURE)
            case _:
                return answer
