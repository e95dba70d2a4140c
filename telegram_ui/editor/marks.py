"""Marks of what is no single row."""

from bookings.read_models import DayHours
from bookings.services.resources.reading import mark_of


def mark_of_day(hours: DayHours) -> str:
    """Changes with the hours of the day."""
    return mark_of({"spans": [f"{since}-{until}" for since, until in hours.spans]})
