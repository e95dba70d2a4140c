"""Time zones and points on the map."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any
from zoneinfo import available_timezones

from babel.dates import get_timezone_location
from django.utils.translation import gettext as _

from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option
from telegram_ui.editor.look import Look
from telegram_ui.understanding import folded
from telegram_ui.views.format import locale

_OFFERED = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Vladivostok", "Asia/Almaty", "Europe/Berlin", "Europe/London",
)  # fmt: skip
_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
#: What the database keeps of a coordinate: about ten centimetres.
_DIGITS = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Zone(Kind):
    """An IANA time zone, chosen by a city."""

    def show(self, value: Any, look: Look) -> str:
        return escape(f"{_city(str(value), locale())} ({value})", quote=False) if value else ""

    def ask(self, look: Look) -> str:
        return _("Choose a city with the same clock, or type one: Lisbon, Asia/Tokyo.")

    def read(self, text: str, old: Any, look: Look) -> str:
        zone = _by_city().get(folded(text))
        if zone is None:
            raise NotUnderstood(_("I know no time zone of that city. Type a bigger one nearby."))
        return zone

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option(zone, _city(zone, locale()), zone == value) for zone in _OFFERED]

    def pick(self, code: str, old: Any, look: Look) -> str:
        if code not in _OFFERED:
            raise NotUnderstood(_("That is not on offer any more."))
        return code


@lru_cache(maxsize=256)
def _city(zone: str, spoken: str) -> str:
    return str(get_timezone_location(zone, locale=spoken, return_city=True))


@lru_cache(maxsize=1)
def _by_city() -> dict[str, str]:
    """Zones by their own name, by their city, and by the city in each language of the bot."""
    found: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/")):
            for name in (zone, zone.rpartition("/")[2].replace("_", " "), _city(zone, "ru"), _city(zone, "en_GB")):
                found.setdefault(folded(name), zone)
    return found


@dataclass(frozen=True, slots=True)
class Point(Kind):
    """Latitude and longitude. Shared as a Telegram location, or typed."""

    @property
    def is_place(self) -> bool:
        return True

    def show(self, value: Any, look: Look) -> str:
        return "" if value is None else f"{value[0].normalize():f}, {value[1].normalize():f}"

    def ask(self, look: Look) -> str:
        return _("Send the place on the map: 📎 › Location. Or type the coordinates: 55.7593, 37.6469.")

    def read(self, text: str, old: Any, look: Look) -> Any:
        found = _POINT.fullmatch(text)
        if found is None:
            raise NotUnderstood(_("These are no coordinates."))
        return Decimal(found[1]).quantize(_DIGITS), Decimal(found[2]).quantize(_DIGITS)

    def dump(self, value: Any) -> Any:
        return None if value is None else [str(one) for one in value]

    def load(self, told: Any) -> Any:
        return None if told is None else tuple(Decimal(one) for one in told)
