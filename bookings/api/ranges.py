"""Ranges of dates, as long as one answer may be."""

from datetime import date

from bookings.exceptions import RangeReversed, RangeTooLong

#: Six weeks: a month as calendars draw it.
MAX_DAYS = 42


def check_range(first: date, last: date) -> None:
    """Both included. Raises RangeReversed, RangeTooLong."""
    count = (last - first).days + 1
    if count < 1:
        raise RangeReversed("date_to lies before date_from")
    if count > MAX_DAYS:
        raise RangeTooLong(f"At most {MAX_DAYS} days, not {count}", max_days=MAX_DAYS)
