"""The API client. The only importer of httpx."""

from lecommercial_batch.gateway.choosing import gateway_of
from lecommercial_batch.gateway.client import ApiGateway
from lecommercial_batch.gateway.listing import Listing
from lecommercial_batch.gateway.reach import check_reachable

__all__ = ["ApiGateway", "Listing", "check_reachable", "gateway_of"]
