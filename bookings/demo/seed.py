"""Putting the demo business into the database, all of it or nothing."""

from dataclasses import dataclass
from random import Random

from django.db import transaction

from booking_site.lib import clock
from bookings.demo import people
from bookings.demo.business import build
from bookings.demo.diary import Diary
from bookings.demo.extras import Extras
from bookings.models import Location, User
from bookings.signals import silence


@dataclass(frozen=True, slots=True)
class Seeded:
    locations: int
    specialists: int
    services: int
    bookings: int


def is_empty() -> bool:
    """Whether nobody has set up a business here yet."""
    return not Location.objects.exists()


def has_demo() -> bool:
    return User.objects.filter(tg_id=people.SPECIALISTS[0].tg_id, specialist__isnull=False).exists()


def seed(*, number: int = 1) -> Seeded:
    """Write the demo business with two weeks of bookings around now; the same ``number`` gives the same ones.

    Nobody is notified: these bookings are news to nobody.
    """
    with transaction.atomic(), silence():
        business = build()
        diary = Diary(business, clock.now(), Random(number))  # noqa: S311 - variety, not secrecy
        made = diary.fill()
        Extras(business, clock.now(), Random(number)).add()  # noqa: S311 - as above
    return Seeded(len(business.locations), len(business.specialists), len(business.services), made)
