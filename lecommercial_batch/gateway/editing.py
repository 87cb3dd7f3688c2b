"""The gateway of a run of edits: what the batch takes for a message is a change of a list."""

from typing import Final

from lecommercial_batch.edits import Edit, EditKind
from lecommercial_batch.gateway.client import ApiGateway
from lecommercial_batch.gateway.connections import Left
from lecommercial_batch.model import Answer, Content, Outcome, Phone

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
        fields = [*where, ("phone", phone.digits), ("name", edit.name), ("lastname", edit.lastname)]
        answer = (await self.change(method, path, fields, left=left)).answer
        if answer.reason != "not_found":
            return answer
        match edit.kind:
            case EditKind.REMOVE:  # gone already, which is what was asked for
                return Answer(outcome=Outcome.ACCEPTED, detail=answer.detail)
            case EditKind.ADD:  # the list, since the contact need not be there
                return Answer(outcome=Outcome.HALTED, reason="list_not_found", detail=answer.detail)
            case EditKind.UPDATE:
                return answer
