"""Rows written while an address gave people their name."""

from importlib import import_module

from django.apps import apps
from django.db import connection

from bookings.enums import Language
from bookings.models import User
from bookings.services.visitors import visitor_by_email
from tests.bookings.conftest import Salon
from tests.factories import ClientFactory

forget_names = import_module("bookings.migrations.0015_no_names_from_addresses").forget_names_from_addresses


def came_by(email: str, **said: str) -> int:
    user_id = visitor_by_email(email=email, language=Language.EN)
    User.objects.filter(pk=user_id).update(**said)
    return user_id


def test_only_what_an_address_gave_is_taken_back(salon: Salon) -> None:
    long = "a" * 160
    given = [came_by("anna.sekretova1980@example.com", first_name="anna.sekretova1980")]
    given.append(came_by(f"{long}@example.com", first_name=long[:150]))
    said = came_by("vera@example.com", first_name="Vera")
    full = came_by("zoe@example.com", first_name="zoe", last_name="Li")
    met = ClientFactory.create(first_name="ivan", last_name="", email="ivan@example.com").pk

    forget_names(apps, connection.schema_editor())

    names = dict(User.objects.values_list("pk", "first_name"))
    assert [names[pk] for pk in given] == ["", ""]
    assert [names[pk] for pk in (said, full, met)] == ["Vera", "zoe", "ivan"]
    assert User.objects.get(pk=given[0]).display_name == "Guest"
