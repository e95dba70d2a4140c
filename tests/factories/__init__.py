"""Rows for tests: a small salon in Berlin that is open every day from 09:00 to 18:00.

Call ``LocationFactory.create(...)``: it is typed, ``LocationFactory(...)`` is not.
"""

from tests.factories.people import AdminFactory, ClientFactory, SpecialistUserFactory, UserFactory
from tests.factories.salon import (
    CategoryFactory,
    LocationFactory,
    RoomFactory,
    ServiceFactory,
    SpecialistFactory,
    open_daily,
)

__all__ = [
    "AdminFactory",
    "CategoryFactory",
    "ClientFactory",
    "LocationFactory",
    "RoomFactory",
    "ServiceFactory",
    "SpecialistFactory",
    "SpecialistUserFactory",
    "UserFactory",
    "open_daily",
]
