"""Distances and routes."""

from math import asin, cos, radians, sin, sqrt
from typing import TypeAlias
from urllib.parse import quote

from bookings.read_models import LocationCard

#: Degrees north and east.
Point: TypeAlias = tuple[float, float]

_EARTH_KM = 6371.0


def distance_km(here: Point, there: Point) -> float:
    """As the crow flies."""
    north, east = radians(there[0] - here[0]), radians(there[1] - here[1])
    half = sin(north / 2) ** 2 + cos(radians(here[0])) * cos(radians(there[0])) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


def route_url(location: LocationCard, language: str) -> str | None:
    """A link that opens the way there in a map people of that language use; ``None`` where nobody knows where it is."""
    address = str(location.address.localize(language))
    if location.latitude is not None and location.longitude is not None:
        target = f"{location.latitude},{location.longitude}"
    elif address:
        target = address
    else:
        return None
    if language == "ru":
        return f"https://yandex.ru/maps/?rtext=~{quote(target)}"
    return f"https://www.google.com/maps/dir/?api=1&destination={quote(target)}"
