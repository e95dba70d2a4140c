from typing import TypeVar

import factory
from factory.django import DjangoModelFactory

from bookings.enums import Language, Role
from bookings.models import User

T = TypeVar("T", bound=User)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    first_name = factory.Sequence(lambda n: f"Person {n}")
    tg_id = factory.Sequence(lambda n: 5_000_000 + n)
    language = Language.EN


class ClientFactory(UserFactory):
    role = Role.CLIENT


class SpecialistUserFactory(UserFactory):
    role = Role.SPECIALIST


class AdminFactory(UserFactory):
    role = Role.ADMIN
    is_staff = True
    is_superuser = True
