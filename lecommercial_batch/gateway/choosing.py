"""Which gateway a lane needs."""

from lecommercial_batch.core.contact_edits import sender_of
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.gateway.client import ApiGateway
from lecommercial_batch.gateway.editing import EditGateway


def gateway_of(base_url: str, sender: Sender, *, clock: Clock) -> ApiGateway:
    """Return the gateway of a lane, which bears the name of its sender: for messages, or for changes of lists."""
    _, edits = sender_of(sender.name)
    return (EditGateway if edits else ApiGateway)(base_url, sender, clock=clock)
