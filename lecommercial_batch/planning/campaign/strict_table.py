"""What all tables of our TOML files have in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table whose every key is known: a misspelt one is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)
