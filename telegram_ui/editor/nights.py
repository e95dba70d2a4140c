"""Weekly hours that were typed and end before they begin, kept until somebody says that the next day is meant."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from bookings.read_models import Span, is_reversed

#: Where they stand in the form of the hours.
NIGHT = "night"


def of_night(days: Mapping[int, Sequence[Span]]) -> dict[int, Sequence[Span]]:
    return {day: spans for day, spans in days.items() if any(map(is_reversed, spans))}


def to_data(draft: str, days: Mapping[int, Sequence[Span]]) -> dict[str, Any]:
    """Ready for JSON."""
    told = {str(day): [[one.isoformat() for one in span] for span in spans] for day, spans in days.items()}
    return {"draft": draft, "days": told}


def from_data(data: Any, draft: str) -> dict[int, list[Span]] | None:
    """``None`` where nothing is kept under that id any more."""
    if not isinstance(data, dict) or data.get("draft") != draft:
        return None
    return {
        int(day): [(time.fromisoformat(since), time.fromisoformat(until)) for since, until in spans]
        for day, spans in data["days"].items()
    }
