"""Dates that anything can be planned for."""

from datetime import date

#: Beyond them nothing is planned; within them no zone's offset, and no day more, leads out of Python's calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
