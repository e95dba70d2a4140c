"""Who gets in, and how far."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from bookings.enums import Role
from bookings.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGES = ("admin:bookings_booking_changelist", "admin:notifications_campaign_changelist")


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def person(**values: object) -> User:
    user: User = UserFactory.create(**{"role": Role.ADMIN, "is_staff": True, **values})
    return user


def test_an_admin_who_is_no_superuser_uses_every_page() -> None:
    site = entered(person())
    assert "/admin/bookings/booking/" in site.get(reverse("admin:index")).content.decode()
    assert [site.get(reverse(page)).status_code for page in PAGES] == [200, 200]


@pytest.mark.parametrize(
    "values",
    [{"role": Role.SPECIALIST}, {"role": Role.CLIENT}, {"is_banned": True}],
    ids=["specialist", "client", "banned"],
)
def test_nobody_else_does(values: dict[str, object]) -> None:
    site = entered(person(**values))
    assert [site.get(reverse(page)).status_code for page in PAGES] == [403, 403]


def test_who_does_not_belong_to_the_staff_is_asked_to_log_in() -> None:
    assert entered(person(is_staff=False)).get(reverse(PAGES[0])).status_code == 302


def test_djangos_own_tables_stay_a_superusers() -> None:
    admin = person()
    assert not admin.has_perm("auth.change_permission")
    assert not admin.has_module_perms("auth")


def test_permissions_given_one_by_one_still_count() -> None:
    specialist = person(role=Role.SPECIALIST)
    specialist.user_permissions.set(Permission.objects.filter(codename="view_booking"))
    site = entered(User.objects.get(pk=specialist.pk))
    assert [site.get(reverse(page)).status_code for page in PAGES] == [200, 403]


def test_an_admin_makes_no_superuser() -> None:
    admin, other = person(), person(username="other")
    page = entered(admin).post(
        reverse("admin:bookings_user_change", args=[other.pk]),
        {
            "username": "other",
            "role": Role.ADMIN,
            "language": "en",
            "is_superuser": "on",
            "is_staff": "on",
            "is_active": "on",
        },
    )
    other.refresh_from_db()
    assert (page.status_code, other.is_superuser) == (200, False)
