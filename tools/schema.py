"""``make schema``: write the JSON Schema of campaign files, as the code reads them."""

import json
from pathlib import Path
from typing import Final

from lecommercial_batch.campaign import campaign_schema

FILE: Final = Path(__file__).resolve().parents[1] / "docs" / "campaign.schema.json"


def written() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(campaign_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
