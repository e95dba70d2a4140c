"""Whose weekly hours, and of which period: what the editor of hours is at."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bookings.read_models import ALWAYS, Period
from telegram_ui.callbacks import HoursOf, OnSeason, SeasonAct, SeasonsOf


@dataclass(frozen=True, slots=True)
class Week:
    """Of a location, with ``specialist_id`` of a person at it; ``location_id`` 0: it is to be chosen."""

    location_id: int
    specialist_id: int = 0
    period: Period = ALWAYS

    @property
    def of(self) -> dict[str, int | None]:
        """As services and queries name it."""
        return {"location_id": self.location_id, "specialist_id": self.specialist_id or None}

    @property
    def key(self) -> str:
        """For names of screens."""
        return f"{self.location_id}:{self.specialist_id}"

    def at(self, period: Period) -> "Week":
        return replace(self, period=period)

    def opening(self) -> HoursOf | OnSeason:
        if self.period == ALWAYS:
            return HoursOf(location_id=self.location_id, specialist_id=self.specialist_id)
        return self.season(SeasonAct.OPEN)

    def season(self, act: SeasonAct) -> OnSeason:
        first, last = (day and day.toordinal() for day in self.period)
        return OnSeason(
            location_id=self.location_id, specialist_id=self.specialist_id, first=first, last=last, act=act
        )

    def seasons(self, *, new: bool = False) -> SeasonsOf:
        return SeasonsOf(location_id=self.location_id, specialist_id=self.specialist_id, new=new)

    def to_data(self) -> dict[str, Any]:
        """Ready for JSON."""
        days = [day and day.isoformat() for day in self.period]
        return {"location": self.location_id, "specialist": self.specialist_id, "days": days}

    @classmethod
    def from_data(cls, data: Any) -> "Week | None":
        if not isinstance(data, dict) or "location" not in data or "specialist" not in data:
            return None
        first, last = (day and date.fromisoformat(day) for day in data.get("days") or (None, None))
        return cls(int(data["location"]), int(data["specialist"]), (first, last))
