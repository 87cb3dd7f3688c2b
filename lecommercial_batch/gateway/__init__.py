"""The API client. The only importer of httpx."""

from lecommercial_batch.gateway.client import ApiGateway, check_reachable

__all__ = ["ApiGateway", "check_reachable"]
