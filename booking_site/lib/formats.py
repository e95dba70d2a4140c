"""Instants and money as people of a language read them."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import format_currency

#: The day goes first and the clock has 24 hours in both languages: nobody should guess which half of a day is meant.
_LOCALES = {"ru": Locale("ru"), "en": Locale("en", "GB")}
#: Narrow signs of currencies that Babel's data spells out as a code or with a country, though people know them.
_SIGNS = {"RUB": "₽", "KZT": "₸", "USD": "$", "GEL": "₾", "AMD": "֏", "UAH": "₴", "TRY": "₺"}


def _locale(language: str) -> Locale:
    return _LOCALES.get(language, _LOCALES["en"])


def day(instant: datetime, *, zone: str, language: str, today: datetime) -> str:
    """“Tuesday, 24 November” on the wall calendar of ``zone``; the year is added when it is not that of ``today``."""
    local = instant.astimezone(ZoneInfo(zone))
    pattern = "EEEE, d MMMM" if local.year == today.astimezone(ZoneInfo(zone)).year else "EEEE, d MMMM y"
    return format_date(local.date(), pattern, locale=_locale(language))


def moment(instant: datetime, *, zone: str, language: str, today: datetime) -> str:
    """“Tue 24 Nov 15:00” for a table; the year is added when it is not that of ``today``."""
    local = instant.astimezone(ZoneInfo(zone))
    pattern = "EEE d MMM" if local.year == today.astimezone(ZoneInfo(zone)).year else "EEE d MMM y"
    written = format_date(local.date(), pattern, locale=_locale(language))
    return f"{written} {time(instant, zone=zone, language=language)}"


def clock_of(zone: str, *, at: datetime, language: str) -> str:
    """“Yekaterinburg, UTC+05:00”: whose wall clock it is, and how it stands to others ``at`` that instant."""
    city = get_timezone_location(zone, locale=_locale(language), return_city=True)
    offset = at.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{city}, UTC{offset[:3]}:{offset[3:]}"


def time(instant: datetime, *, zone: str, language: str) -> str:
    """“15:00” on the wall clock of ``zone``."""
    return format_time(instant.astimezone(ZoneInfo(zone)).time(), "HH:mm", locale=_locale(language))


def sign_of(currency: str, *, language: str) -> str:
    """“₽”, or the code of a currency that has no sign people know."""
    return _SIGNS.get(currency) or str(_locale(language).currency_symbols.get(currency, currency))


def money(amount: Decimal, *, currency: str, language: str) -> str:
    """“€40” or “40,50 €”: whole amounts lose their zeros, and a currency has the sign that people know it by."""
    locale = _locale(language)
    standard = locale.currency_formats["standard"].pattern
    whole = amount == amount.to_integral_value()
    pattern = standard.replace("0.00", "0") if whole else standard
    shown = format_currency(amount, currency, pattern, locale=locale, currency_digits=not whole)
    sign = _SIGNS.get(currency)
    if sign is None:
        return shown
    for spelled in (locale.currency_symbols.get(currency, currency), currency):
        shown = shown.replace(spelled, sign)
    return shown
