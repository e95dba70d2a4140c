"""What bodies have in common."""

from ninja import Schema
from pydantic import ConfigDict


class Input(Schema):
    """A body; a field with a slip in its name is refused instead of ignored."""

    model_config = ConfigDict(extra="forbid")
