"""A series of visits is told of once to each of its people: with the first visit that is theirs."""

from collections.abc import Mapping
from typing import Any


def visits_told(payload: Mapping[str, Any], specialist_id: int | None) -> int:
    """Of how many visits the message about this one speaks; 0: they were told of it with an earlier one.

    ``specialist_id``: of a reader who is told of their own part; everybody else is told of the whole with its first visit.
    """
    visits = int(payload.get("visits", 1))
    if specialist_id is not None and "parts" in payload:
        return int(payload["parts"].get(str(specialist_id), 0))
    return visits if payload.get("visit", 1) == 1 else 0
