"""Values as people type them; ``None`` for what cannot be read as one."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from telegram_ui.understanding import read_moment, read_period

_DAY, _HOUR = 24 * 60, 60
#: Signs and words around an amount that change nothing.
_CURRENCY = re.compile(r"(?i)\s*(?:₽|€|\$|£|₸|руб(?:\.|лей|ля|ль)?|р\.?|eur|usd|rub)\s*")
_FREE = {"free", "free of charge", "бесплатно", "нет", "no"}
_UNITS: tuple[tuple[str, int], ...] = (
    (r"(?:days?|d|дней|дня|день|сут(?:ки|ок)?|д)", _DAY),
    (r"(?:hours?|hrs?|h|часов|часа|час|ч)", _HOUR),
    (r"(?:minutes?|mins?|m|минуты?|минут|мин|м)", 1),
)
_PART = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*" + "(?:" + "|".join(f"({unit})" for unit, _many in _UNITS) + r")\.?(?![^\W\d])"
)
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_TIME = r"(\d{1,2})(?:[:.]([0-5]\d))?"
_HOURS = re.compile(rf"{_TIME}\s*(?:-|–|—|до|to|till|until)\s*{_TIME}")
_FROM = re.compile(r"^(?:from|с|от)\s+")


def is_negative(text: str) -> bool:
    """“-5”, “− 1 500 ₽”: it is understood, and never a value."""
    return re.match(r"\s*[-−–]\s*[\d.,]", text) is not None


def read_number(text: str) -> int | None:
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    return int(digits) if re.fullmatch(r"\d{1,18}", digits) else None


def read_amount(text: str) -> Decimal | None:
    """“1500”, “1 500,50 ₽”, “free”; a third digit after the point is no amount."""
    plain = text.strip().casefold()
    if plain in _FREE:
        return Decimal(0)
    digits = re.sub(r"[\s\u00a0\u202f]", "", _CURRENCY.sub("", plain)).replace(",", ".")
    if not re.fullmatch(r"\d{1,18}(\.\d{1,2})?", digits):
        return None
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def read_minutes(text: str, *, bare: int = 1) -> int | None:
    """“90”, “1h 30m”, “1 ч 30 мин”, “1:30”, “1.5 h”, “2 days”. A number alone counts ``bare`` minutes each."""
    plain = re.sub(r"[\s\u00a0]+", " ", text.strip().casefold().replace(" and ", " ").replace(" и ", " "))
    if plain.isdecimal():
        return int(plain) * bare if len(plain) <= 6 else None  # noqa: PLR2004 - digits
    if found := _CLOCK.fullmatch(plain):
        return int(found[1]) * _HOUR + int(found[2])
    total, rest = 0.0, plain
    for found in _PART.finditer(plain):
        many = next(many for (_unit, many), one in zip(_UNITS, found.groups()[1:], strict=True) if one)
        total += float(found[1].replace(",", ".")) * many
        rest = rest.replace(found[0], " ", 1)
    # “1 h 30”: what follows hours without a unit is minutes.
    if tail := re.fullmatch(r"\s*(\d{1,2})\s*", rest):
        total, rest = total + int(tail[1]), ""
    if not plain or rest.strip(" ,.") or total != int(total):
        return None
    return int(total)


def read_minutes_list(text: str) -> list[int] | None:
    """“1 day, 2 hours”: longest first, each once."""
    parts = [read_minutes(part, bare=1) for part in re.split(r"[,;\n]", text) if part.strip()]
    if not parts or any(part is None for part in parts):
        return None
    return sorted({part for part in parts if part is not None}, reverse=True)


def read_hours(text: str) -> tuple[time, time] | None:
    """“9:00-18:00”, “9-18”, “from 9 to 18”. Midnight may be written 24."""
    plain = re.sub(r"[\s\u00a0]+", " ", text.strip().casefold())
    found = _HOURS.fullmatch(_FROM.sub("", plain))
    if found is None:
        return None
    since, until = _time(found[1], found[2]), _time(found[3], found[4])
    return (since, until) if since is not None and until is not None else None


def read_hours_list(text: str) -> list[tuple[time, time]] | None:
    """“9:00-13:00, 14:00-18:00”, in order; ``None`` also where they overlap."""
    spans = [read_hours(part) for part in re.split(r"[,;\n]| и | and ", text.strip()) if part.strip()]
    if not spans or any(span is None for span in spans):
        return None
    told = sorted(span for span in spans if span is not None)
    # Only the last may reach into the next day.
    fits = all(one[0] < one[1] <= other[0] for one, other in pairwise(told))
    return told if fits else None


_WEEKDAYS = {
    0: ("monday", "mon", "mo", "понедельник", "пн"),
    1: ("tuesday", "tue", "tu", "вторник", "вт"),
    2: ("wednesday", "wed", "we", "среда", "среду", "ср"),
    3: ("thursday", "thu", "th", "четверг", "чт"),
    4: ("friday", "fri", "fr", "пятница", "пятницу", "пт"),
    5: ("saturday", "sat", "sa", "суббота", "субботу", "сб"),
    6: ("sunday", "sun", "su", "воскресенье", "вс"),
}
_DAY_OF = {name: number for number, names in _WEEKDAYS.items() for name in names}
_GROUPS = {
    **dict.fromkeys(("every day", "daily", "ежедневно", "каждый день"), range(7)),
    **dict.fromkeys(("weekdays", "будни", "по будням"), range(5)),
    **dict.fromkeys(("weekends", "weekend", "выходные", "по выходным"), range(5, 7)),
}
_CLOSED = {"closed", "off", "day off", "закрыто", "выходной", "нет"}


def read_day_hours(text: str) -> list[tuple[time, time]] | None:
    """“9-13, 14-18”, or “closed” for none."""
    return [] if text.strip().casefold() in _CLOSED else read_hours_list(text)


def read_week(text: str) -> dict[int, list[tuple[time, time]]] | None:
    """“Mon-Fri 9:00-18:00; Sat 10-15; Sun closed”: hours by weekday. ``None`` when anything in it was left unread."""
    found: dict[int, list[tuple[time, time]]] = {}
    for line in re.split(r"[;\n]", text):
        if not line.strip():
            continue
        told = _week_line(line.strip().casefold())
        if told is None or set(told) & set(found):
            return None
        found |= told
    return found or None


def _week_line(line: str) -> dict[int, list[tuple[time, time]]] | None:
    """The days are all that is before the hours: the longest beginning that names days."""
    words = line.replace(":", ": ", 1).split() if re.match(r"[^\d]+:\s", line) else line.split()
    for cut in range(len(words) - 1, 0, -1):
        days = _weekdays(" ".join(words[:cut]).rstrip(":"))
        hours = read_day_hours(" ".join(words[cut:]))
        if days is not None and hours is not None:
            return {day: list(hours) for day in days}
    return None


def _weekdays(text: str) -> list[int] | None:
    """“mon-fri”, “пн, ср, пт”, “weekends”."""
    if text in _GROUPS:
        return list(_GROUPS[text])
    found: list[int] = []
    for part in re.split(r"\s*,\s*|\s+(?:and|и)\s+", text):
        ends = [_DAY_OF.get(name.strip(" .")) for name in re.split(r"\s*[-–—]\s*", part)]
        known = [one for one in ends if one is not None]
        if len(known) != len(ends) or len(ends) > 2:  # noqa: PLR2004 - from one day to another
            return None
        first, last = known[0], known[-1]
        found += [number % 7 for number in range(first, (last if last >= first else last + 7) + 1)]
    return found if len(set(found)) == len(found) else None


def read_days(text: str, today: date) -> tuple[date | None, date | None] | None:
    """“25.11 - 30.11”, one day, “from 25.11”, “until 30.11”: first and last day."""
    plain = " ".join(text.strip().casefold().split())
    for pattern, is_first in ((r"^(?:from|since|с|со|от) ", True), (r"^(?:until|till|to|by|до|по) ", False)):
        rest, many = re.subn(pattern, "", plain)
        moment = read_moment(rest, today) if many else None
        if moment and moment.day and not moment.time:
            return (moment.day, None) if is_first else (None, moment.day)
    found = read_period(_FROM.sub("", plain), today)
    return (found.first, found.last) if found and found.since is None else None


def _time(hours: str, minutes: str | None) -> time | None:
    if (int(hours), int(minutes or 0)) == (24, 0):
        return time(0)
    return time(int(hours), int(minutes or 0)) if int(hours) < 24 else None  # noqa: PLR2004 - hours of a day
