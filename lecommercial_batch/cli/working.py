"""The engine as the command runs it."""

from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.delivery.engine.local import Engine, Watching
from lecommercial_batch.gateway import gateway_of
from lecommercial_batch.journal import SqlJournal


def engine_of(desk: Desk, journal: SqlJournal, watching: Watching) -> Engine:
    """Return the engine over this folder's journal and this machine's budgets."""
    return Engine(
        journal=journal,
        gateway=lambda sender: gateway_of(desk.settings.base_url, sender, clock=desk.clock),
        clock=desk.clock,
        locks=desk.folder,
        cells=desk.cells,
        machine_rate=desk.settings.machine_rate,
        watching=watching,
    )
