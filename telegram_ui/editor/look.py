"""What values are looked at with: everything that has to be read to show them, read beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bookings.services.resources.reading import Bounds


@dataclass(frozen=True, slots=True)
class Look:
    """``options``: rows of other modules by their code, id → name, in order; ``values``: the row's, by attribute.

    ``archived``: ids of those that are not offered any more. ``facts``: what else is needed of them, by id.
    ``tongue``: the language a text is asked for in. ``bounds``: of the value that is asked for.
    """

    today: date
    zone: str
    currency: str
    options: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    archived: Mapping[str, frozenset[int]] = field(default_factory=dict)
    facts: Mapping[str, Mapping[int, Mapping[str, Any]]] = field(default_factory=dict)
    tongue: str = ""
    bounds: Bounds = field(default_factory=Bounds)
