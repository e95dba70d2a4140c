"""Dates, times, money and names for people: by the active language, in the zone that is passed in, escaped for HTML."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext as _, ngettext

from booking_site.lib import formats
from bookings.read_models import Text

#: English texts follow British habits: the day before the month and 24 hours, as clients type them.
_LOCALES = {"ru": "ru", "en": "en_GB"}
#: Letters of a label in a row of its own.
WIDTH = 34
_BUTTON_DATE = {"ru": "EEE dd.MM", "en": "EEE d MMM"}
_BRIEF_DATE = {"ru": "dd.MM", "en": "d MMM"}


def language() -> str:
    """``ru`` or ``en``, whichever is active."""
    return "ru" if (get_language() or "").startswith("ru") else "en"


def locale() -> str:
    return _LOCALES[language()]


def plain(text: Text | str) -> str:
    """A catalogue name in the active language, as it is: for buttons and toasts, which know no markup."""
    return text if isinstance(text, str) else str(text.localize(language()))


def safe(text: Text | str) -> str:
    """The same for message texts: escaped."""
    return escape(plain(text), quote=False)


def bold(text: str) -> str:
    """``text`` is markup already."""
    return f"<b>{text}</b>"


def short(text: Text | str, limit: int = 30) -> str:
    """For a button: phones cut long labels in the middle of a word, so it is done here, visibly."""
    whole = plain(text).strip()
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"


def beside(name: Text | str, facts: str, limit: int = WIDTH) -> str:
    """A name and what is told of it, for a button: it is the name that is cut."""
    return f"{short(name, max(limit - len(facts) - 3, 8))} · {facts}"


def clock(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _pattern(day: date, pattern: str) -> str:
    return babel_date(day, pattern, locale=locale())


def long_date(day: date, today: date) -> str:
    """“Tuesday, 24 November”; the year is told only when it is another one."""
    return _pattern(day, "EEEE, d MMMM" if day.year == today.year else "EEEE, d MMMM y")


def capital(text: str) -> str:
    """For the beginning of a line: Russian weekdays are written small."""
    return text[:1].upper() + text[1:]


def short_date(day: date) -> str:
    """“Tue 24 Nov”, narrow enough for half a row of buttons."""
    return _pattern(day, _BUTTON_DATE[language()])


def brief_date(day: date) -> str:
    """“24 Nov”, where hours stand beside it."""
    return _pattern(day, _BRIEF_DATE[language()])


def full_date(day: date) -> str:
    """“Tue 24 Nov 2026”, for what may be any year."""
    return f"{short_date(day)} {day.year}" if language() == "en" else _pattern(day, "EEE dd.MM.y")


def near_date(day: date, today: date) -> str:
    """“Today”, “Tomorrow”, else the short date."""
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    return short_date(day)


def month_title(day: date) -> str:
    return _pattern(day, "LLLL y").capitalize()


def month_name(day: date) -> str:
    """For a button, which has no room for the year."""
    return capital(_pattern(day, "LLLL"))


def weekday_titles() -> list[str]:
    """Two letters a day, from Monday."""
    names = Locale.parse(locale()).days["stand-alone"]["short"]
    return [str(names[number]).capitalize() for number in range(7)]


def weekday_names() -> list[str]:
    """Whole words, from Monday, for the beginning of a line."""
    names = Locale.parse(locale()).days["stand-alone"]["wide"]
    return [capital(str(names[number])) for number in range(7)]


def near_moment(at: datetime, zone: str, today: date) -> str:
    """“Tomorrow 15:00” for a button."""
    return f"{near_date(local_date(at, zone), today)} {clock(at, zone)}"


def moment_inside(at: datetime, zone: str, today: date) -> str:
    """“tomorrow 15:00” in mid-sentence."""
    text = near_moment(at, zone, today)
    return text[:1].lower() + text[1:] if (local_date(at, zone) - today).days in (0, 1) else text


def full_moment(at: datetime, zone: str, today: date) -> str:
    """“Tuesday, 24 November, 15:00” for a text."""
    return f"{long_date(local_date(at, zone), today)}, {clock(at, zone)}"


def utc_offset(at: datetime, zone: str) -> str:
    """“UTC+5”, “UTC+5:30”: by which clock a time is told."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def clock_name(at: datetime, zone: str) -> str:
    """“Moscow, UTC+03:00”: whose clock a time is told by, where that has to be said."""
    return formats.clock_of(zone, at=at, language=language())


def by_clock(at: datetime, zone: str) -> str:
    """Under a question for a time."""
    return _("By this clock: %(clock)s.") % {"clock": clock_name(at, zone)}


def currency_sign(currency: str) -> str:
    return formats.sign_of(currency, language=language())


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    return f"{clock(starts_at, zone)}–{clock(ends_at, zone)}"


def money(amount: Decimal, currency: str) -> str:
    """Whole amounts without cents."""
    return formats.money(amount, currency=currency, language=language())


def price(amount: Decimal, currency: str, *, varies: bool = False) -> str:
    """``varies``: the amount is the lowest of several."""
    if not amount:
        return _("free of charge")
    return _("from %(price)s") % {"price": money(amount, currency)} if varies else money(amount, currency)


def duration(minutes: int) -> str:
    """“45 min”, “1 h 30 min”."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(_("%(hours)d h") % {"hours": hours})
    if rest or not hours:
        parts.append(_("%(minutes)d min") % {"minutes": rest})
    return " ".join(parts)


def long_period(minutes: int) -> str:
    """“2 hours”, “45 minutes”, “2 days” for sentences."""
    day, hour = 24 * 60, 60
    if minutes >= day and minutes % day == 0:
        days = minutes // day
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes >= hour and minutes % hour == 0:
        hours = minutes // hour
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def visits(count: int) -> str:
    return ngettext("%(count)d visit", "%(count)d visits", count) % {"count": count}


def distance(kilometres: float) -> str:
    """“650 m”, “1.2 km”, “48 km”."""
    if kilometres < 1:
        return _("%(metres)d m") % {"metres": max(round(kilometres * 20) * 50, 50)}
    digits = 1 if kilometres < 10 else 0  # noqa: PLR2004 - beyond ten, a tenth says nothing
    return _("%(kilometres)s km") % {"kilometres": format_decimal(round(kilometres, digits), locale=locale())}


def rating(average: Decimal, count: int) -> str:
    """“★ 4.8 (12)”."""
    return f"★ {format_decimal(round(average, 1), locale=locale())} ({count})"
