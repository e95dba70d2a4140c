"""Marks of what is no single row."""

from typing import Any

from bookings.read_models import ALWAYS, DayHours
from bookings.services.resources.reading import mark_of


def mark_of_day(hours: DayHours) -> str:
    """Changes with the hours of the day; no two periods have the same."""
    told: dict[str, Any] = {"spans": [f"{since}-{until}" for since, until in hours.spans]}
    if hours.period != ALWAYS:
        told["period"] = str(hours.period)
    return mark_of(told)
