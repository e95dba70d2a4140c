"""Days, hours, instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bookings.read_models import Period, Span, is_reversed
from telegram_ui.editor.kinds.base import Kind, NotUnderstood, not_understood
from telegram_ui.editor.look import Look
from telegram_ui.editor.parsing import read_days, read_hours
from telegram_ui.understanding import read_moment, read_period
from telegram_ui.views.format import by_clock, full_date

#: Hours that end before they begin mean a night only if they look like one; else they are a slip.
_EVENING, _NOON = time(17), time(12)


@dataclass(frozen=True, slots=True)
class Hours(Kind):
    """From and to, wall clock."""

    def show(self, value: Any, look: Look) -> str:
        return "" if value is None else hours_text(*value)

    def ask(self, look: Look) -> str:
        return _("Type the hours: 9:00-18:00.")

    def read(self, text: str, old: Any, look: Look) -> Any:
        found = read_hours(text)
        if found is None:
            raise NotUnderstood(not_understood())
        if found[0] == found[1]:
            raise NotUnderstood(_("These hours end as they begin. Please type them again."))
        return found

    def dump(self, value: Any) -> Any:
        return None if value is None else [one.isoformat() for one in value]

    def load(self, told: Any) -> Any:
        return None if told is None else tuple(time.fromisoformat(one) for one in told)


@dataclass(frozen=True, slots=True)
class Days(Kind):
    """First and last day, either of which may be open."""

    def show(self, value: Any, look: Look) -> str:
        return "" if value is None else days_text(value)

    def ask(self, look: Look) -> str:
        return _("Type the days: 25.11 - 30.11, or only “from 25.11” or “until 30.11”.")

    def read(self, text: str, old: Any, look: Look) -> Any:
        found = read_days(text, look.today)
        if found is None:
            raise NotUnderstood(not_understood())
        return found

    def dump(self, value: Any) -> Any:
        return None if value is None else [one and one.isoformat() for one in value]

    def load(self, told: Any) -> Any:
        return None if told is None else tuple(one and date.fromisoformat(one) for one in told)


@dataclass(frozen=True, slots=True)
class Stretch(Kind):
    """Days and perhaps hours of each: first, last, from, to, and whether the hours end on the next day."""

    def show(self, value: Any, look: Look) -> str:
        if value is None:
            return ""
        first, last, since, until, over_midnight = value
        days = full_date(first) if first == last else f"{full_date(first)} – {full_date(last)}"
        if since is None:
            return days
        text = f"{days}, {hours_text(since, until)}"
        return f"{text} ({_next_day()})" if over_midnight else text

    def ask(self, look: Look) -> str:
        return _(
            "Type the days, and the hours where not the whole day is meant: 25.12 - 31.12, or 31.12 10:00-16:00."
        )

    def read(self, text: str, old: Any, look: Look) -> Any:
        found = read_period(text, look.today)
        if found is None:
            raise NotUnderstood(not_understood())
        since, until = found.since, found.until
        if (
            since is not None
            and until is not None
            and is_reversed((since, until))
            and not is_night((since, until))
        ):
            raise NotUnderstood(_("These hours end before they begin. Please type them again."))
        return found.first, found.last, since, until, found.is_reversed

    def dump(self, value: Any) -> Any:
        if value is None:
            return None
        return [one.isoformat() if isinstance(one, date | time) else one for one in value]

    def load(self, told: Any) -> Any:
        if told is None:
            return None
        first, last, since, until, over = told
        hours = tuple(one and time.fromisoformat(one) for one in (since, until))
        return date.fromisoformat(first), date.fromisoformat(last), *hours, bool(over)


@dataclass(frozen=True, slots=True)
class Instant(Kind):
    """A moment by the clock of the first place. A day alone begins it, or with ``ends`` ends it."""

    ends: bool = False

    def show(self, value: Any, look: Look) -> str:
        if value is None:
            return ""
        local = value.astimezone(ZoneInfo(look.zone))
        return f"{full_date(local.date())}, {local:%H:%M}"

    def ask(self, look: Look) -> str:
        noon = datetime.combine(look.today, time(12), ZoneInfo(look.zone))
        ask = _("Type the day, and the time if it matters: 25.12 or 25.12 10:00.")
        return f"{ask}\n{by_clock(noon, look.zone)}"

    def read(self, text: str, old: Any, look: Look) -> datetime:
        found = read_moment(text, look.today)
        if found is None or found.day is None:
            raise NotUnderstood(not_understood())
        at = found.time or (time(23, 59) if self.ends else time(0))
        return datetime.combine(found.day, at, ZoneInfo(look.zone)).astimezone(UTC)

    def dump(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def load(self, told: Any) -> Any:
        return None if told is None else datetime.fromisoformat(told)


def is_night(span: Span) -> bool:
    """Whether hours that end before they begin look as if they end on the next day."""
    since, until = span
    return since >= _EVENING and until <= _NOON


def hours_text(since: time, until: time) -> str:
    if since == until == time(0):
        return _("around the clock")
    return f"{since:%H:%M}–{until:%H:%M}"


def days_text(period: Period) -> str:
    """Of a first and a last day, one of which at least there is."""
    first, last = period
    if first and last:
        return f"{full_date(first)} – {full_date(last)}"
    if first:
        return _("from %(day)s") % {"day": full_date(first)}
    return _("until %(day)s") % {"day": full_date(last or date.max)}


def _next_day() -> str:
    return _("until the next day")
