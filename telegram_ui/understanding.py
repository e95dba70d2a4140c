"""Typed words on a step of buttons: understood only when they can mean one thing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from bookings.read_models import Text

_RELATIVE = {
    "today": 0,
    "сегодня": 0,
    "tomorrow": 1,
    "завтра": 1,
    "day after tomorrow": 2,
    "послезавтра": 2,
}
_WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("monday", "mon", "понедельник", "пн"),
    ("tuesday", "tue", "вторник", "вт"),
    ("wednesday", "wed", "среда", "среду", "ср"),
    ("thursday", "thu", "четверг", "чт"),
    ("friday", "fri", "пятница", "пятницу", "пт"),
    ("saturday", "sat", "суббота", "субботу", "сб"),
    ("sunday", "sun", "воскресенье", "вс"),
)
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_MONTHS: tuple[tuple[str, ...], ...] = (
    ("january", "jan", "янв", "января"),
    ("february", "feb", "фев", "февраля"),
    ("march", "mar", "мар", "марта"),
    ("april", "apr", "апр", "апреля"),
    ("may", "мая", "май"),
    ("june", "jun", "июн", "июня"),
    ("july", "jul", "июл", "июля"),
    ("august", "aug", "авг", "августа"),
    ("september", "sep", "сен", "сентября"),
    ("october", "oct", "окт", "октября"),
    ("november", "nov", "ноя", "нояб", "ноября"),
    ("december", "dec", "дек", "декабря"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}

_TIME = re.compile(r"(?<![\d.:/-])([01]?\d|2[0-3])[:\-]([0-5]\d)(?![\d.:/-])")
_NUMERIC_DATE = re.compile(r"(?<![\d.:/])(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?![\d:])")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NAMED_DATE = re.compile(r"\b(\d{1,2})\s+([a-zа-яё]{3,9})\b|\b([a-z]{3,9})\s+(\d{1,2})\b")
#: Words that may stand around a date without changing what it means.
_FILLERS = {"в", "во", "на", "к", "с", "со", "at", "on", "the", "of", "from", "and", "и", "г", "года"}


@dataclass(frozen=True, slots=True)
class Moment:
    """What was found: a day, a time of day, or both."""

    day: date | None
    time: time | None


def read_moment(text: str, today: date) -> Moment | None:
    """The day and time a text names, or ``None`` when anything in it was left unread ("tomorrow or Friday").

    A date without a year is the next one to come, ``today`` included; a weekday is its next day, today excluded.
    """
    rest = re.sub(r"\s+", " ", text.strip().casefold().replace(",", " "))
    if not rest:
        return None
    day, rest = _take_day(rest, today)
    at: time | None = None
    if found := _TIME.search(rest):
        at = time(int(found[1]), int(found[2]))
        rest = rest[: found.start()] + " " + rest[found.end() :]
    if set(rest.replace(".", " ").split()) - _FILLERS:
        return None
    return Moment(day, at) if day or at else None


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, and hours of each of them where not the whole day is meant."""

    first: date
    last: date
    since: time | None = None
    until: time | None = None

    @property
    def is_reversed(self) -> bool:
        """The hours end before they begin, so on the next day if anywhere; 00:00 ends the day itself."""
        return self.since is not None and self.until is not None and time() < self.until <= self.since


_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|—|до|to)\s*(\d{1,2}):(\d{2})(?!\d)")
_BETWEEN = re.compile(r"\s+(?:-|–|—|до|по|to|till|until)\s+|(?<=\d)[-–—](?=\d)")


def read_period(text: str, today: date) -> Period | None:
    """“25.11”, “25.11 - 30.11”, “tomorrow 14:00-16:00”; ``None`` when anything in it was left unread."""
    rest = re.sub(r"\s+", " ", text.strip().casefold())
    since = until = None
    found = _HOURS.search(rest)
    if found:
        try:
            since, until = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        except ValueError:
            return None
        rest = _without(rest, found).strip()
        if since == until:
            return None
    parts = _BETWEEN.split(rest)
    moments = [read_moment(part, today) for part in parts]
    days = [moment.day for moment in moments if moment and moment.day and not moment.time]
    if not 1 <= len(days) <= 2 or len(days) != len(parts):  # noqa: PLR2004 - from one day to another
        return None
    return Period(days[0], days[-1], since, until) if days[0] <= days[-1] else None


def _take_day(text: str, today: date) -> tuple[date | None, str]:
    """The first day named in ``text``, and the text without it."""
    if found := _ISO_DATE.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3])), _without(text, found)
    if found := _NUMERIC_DATE.search(text):
        return _coming(int(found[1]), int(found[2]), found[3], today), _without(text, found)
    for found in _NAMED_DATE.finditer(text):
        number, name = (found[1], found[2]) if found[1] else (found[4], found[3])
        if name in _MONTH_OF:
            return _coming(int(number), _MONTH_OF[name], None, today), _without(text, found)
    for words, days in sorted(_RELATIVE.items(), key=lambda item: -len(item[0])):
        if found := re.search(rf"(?<!\w){words}(?!\w)", text):
            return today + timedelta(days=days), _without(text, found)
    for word in text.replace(".", " ").split():
        if word in _WEEKDAY_OF:
            ahead = (_WEEKDAY_OF[word] - today.weekday() - 1) % 7 + 1
            return today + timedelta(days=ahead), text.replace(word, " ", 1)
    return None, text


def _without(text: str, found: "re.Match[str]") -> str:
    return text[: found.start()] + " " + text[found.end() :]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year) if len(year) == 4 else 2000 + int(year), month, day)  # noqa: PLR2004 - digits
    this_year = _date(today.year, month, day)
    return this_year if this_year is None or this_year >= today else _date(today.year + 1, month, day)


def read_name(text: str, names: Mapping[int, Iterable[str]]) -> int | None:
    """The one id whose name (in any language) is meant: the whole name, else a word or beginning only one of them has."""
    wanted = folded(text)
    if len(wanted) < 2:  # noqa: PLR2004 - one letter names nothing
        return None
    known = {key: [folded(name) for name in group] for key, group in names.items()}
    exact = {key for key, group in known.items() if wanted in group}
    if len(exact) == 1:
        return exact.pop()
    if exact:
        return None
    near = {
        key
        for key, group in known.items()
        if any(name.startswith(wanted) or wanted in name.split() for name in group)
    }
    return near.pop() if len(near) == 1 else None


def names_of(text: Text) -> tuple[str, ...]:
    """A name of the catalogue in every language, for ``read_name``."""
    return tuple(str(text.localize(language)) for language in ("ru", "en"))


_ANSWERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("да", "да да", "ага", "угу", "конечно", "да конечно", "да пожалуйста", "хорошо", "ок", "окей", "верно",
         "все верно", "подтверждаю", "давай", "давайте", "yes", "yes please", "yep", "yeah", "yup", "ok", "okay", "sure",
         "of course", "correct", "right", "go ahead", "confirm", "да отменить", "yes cancel it"),
        "yes",
    ),
    **dict.fromkeys(
        ("нет", "неа", "не", "не надо", "не нужно", "нет спасибо", "нет не надо", "no", "nope", "nah", "no thanks",
         "no thank you", "нет оставить", "no keep it"),
        "no",
    ),
    **dict.fromkeys(("назад", "вернуться", "back", "go back"), "back"),
}  # fmt: skip
#: Signs that people send for a yes and a no.
_SIGNS = {"+": "yes", "👍": "yes", "👌": "yes", "✅": "yes", "-": "no", "👎": "no", "❌": "no"}


def read_answer(text: str) -> str:
    """``yes``, ``no`` or ``back``, in either language; "" for what may mean something else."""
    return _ANSWERS.get(folded(text)) or _SIGNS.get(text.strip(), "")


def folded(text: str) -> str:
    """The words alone: no signs, no capitals, ё as people type it."""
    return re.sub(r"[^\w]+", " ", text.casefold().replace("ё", "е")).strip()
