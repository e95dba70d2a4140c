"""What bodies have in common."""

from decimal import Decimal
from typing import Any, get_args

from ninja import Schema
from pydantic import ConfigDict, ValidationInfo, field_validator


class Input(Schema):
    """A body; a field with a slip in its name is refused instead of ignored, and nothing is taken for a number or a
    truth that is none: pydantic would read true as 1, "7" as 7 and "off" as false. Parameters of addresses are texts,
    and no bodies.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before", check_fields=False)
    @classmethod
    def _as_they_are(cls, value: Any, info: ValidationInfo) -> Any:
        kinds = _kinds_of(cls.model_fields[str(info.field_name)].annotation)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool) and bool not in kinds and kinds & _NUMBERS:
                raise ValueError("a number is written in digits")
            if isinstance(one, str) and str not in kinds and int in kinds:
                raise ValueError("a whole number is written in digits, without quotes")
            if isinstance(one, int | float | str) and not isinstance(one, bool) and kinds & _TRUTHS == kinds:
                raise ValueError("true or false, without quotes")
        return value


_NUMBERS = frozenset({int, float, Decimal})
_TRUTHS = frozenset({bool, type(None)})


def _kinds_of(annotation: Any) -> frozenset[Any]:
    """The plain types that an annotation is made of: of ``list[Id] | None`` int and None's."""
    parts = get_args(annotation)
    return frozenset().union(*map(_kinds_of, parts)) if parts else frozenset({annotation})
