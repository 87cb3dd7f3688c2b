"""What a log says of an error that nobody foresaw."""

import traceback
from pathlib import Path


def place_of(error: Exception) -> str:
    """Say where it happened, not what was in hand: an exception's text may hold people's data."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} {'>'.join(places[-4:])}"
