"""What the events of a series say of it, so that each of its people can be told once instead of once a visit."""

from collections.abc import Iterable, Sequence
from typing import Any


def told_of_series(series_id: int, teams: Sequence[Iterable[int]]) -> list[dict[str, Any]]:
    """Details of the event of each visit, in their order; ``teams`` are the specialists of each.

    ``visit`` of ``visits`` is its place. ``parts`` names those of its specialists whose first visit of these it is,
    with the number of all that are theirs: a specialist who comes in later is told then, and of no more than that.
    """
    counts: dict[int, int] = {}
    for team in teams:
        for specialist_id in set(team):
            counts[specialist_id] = counts.get(specialist_id, 0) + 1
    known: set[int] = set()
    told = []
    for number, team in enumerate(teams, start=1):
        fresh = sorted(set(team) - known)
        known.update(fresh)
        parts = {str(specialist_id): counts[specialist_id] for specialist_id in fresh}
        told.append({"series_id": series_id, "visit": number, "visits": len(teams), "parts": parts})
    return told
