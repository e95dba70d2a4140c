"""The admin site obeys the rules that bind the API, and whatever is changed on it is audited."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from bookings.admin.audited import Audited
from bookings.enums import DiscountKind, Role, Scope
from bookings.models import ApiKey, AuditEntry, Company, Promotion, User
from notifications.events import Channel, Kind
from notifications.models import AdTemplate, NotificationPolicy, NotificationSetting, WebhookEndpoint
from notifications.switchboard import ensure_rows
from tests.bookings.admin.test_audit_of_pages import form_of, site, trail, url
from tests.bookings.admin.test_bookings import told
from tests.bookings.admin.test_catalogue_and_people import form_of as person_form
from tests.bookings.conftest import Salon
from tests.factories import AdminFactory
from tests.factories.salon import both

__all__ = ["site"]  # the fixture


def test_every_page_is_on_the_audited_base() -> None:
    ours = {
        model
        for app in ("bookings", "notifications", "telegram_ui")
        for model in apps.get_app_config(app).get_models()
    }
    pages = {model.__name__: page for model, page in admin.site._registry.items() if model in ours}

    assert {name for name, page in pages.items() if not isinstance(page, Audited)} == set()
    assert {
        "GroupSession",
        "BookingSeries",
        "Promotion",
        "NotificationSetting",
        "ApiKey",
        "Company",
    } <= pages.keys()


def rows() -> dict[str, tuple[Any, dict[str, Any], dict[str, Any]]]:
    """By page: a row of it, what is typed there, and what the audit says of it."""
    ensure_rows()
    Company.objects.update_or_create(pk=1, defaults={"name": both("Салон", "Salon")})
    setting = NotificationSetting.objects.get(kind=Kind.BOOKING_CREATED, role=Role.CLIENT, channel=Channel.EMAIL)
    return {
        "bookings_company": (Company.objects.current(), {"horizon_days": 90}, {"horizon_days": 90}),
        "bookings_promotion": (
            Promotion.objects.create(code="SPRING", kind=DiscountKind.PERCENT, value=5), {"value": "7.00"}, {"value": "7.00"},
        ),
        "notifications_notificationsetting": (setting, {"text_en": "Hello"}, {"text_en": "Hello"}),
        "notifications_notificationpolicy": (
            NotificationPolicy.objects.current(), {"reminder_minutes": "60"}, {"reminder_minutes": [60]},
        ),
        "notifications_adtemplate": (AdTemplate.objects.create(name="A", text_en="Buy"), {"weight": 3}, {"weight": 3}),
    }  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "bookings_company", "bookings_promotion", "notifications_notificationsetting", "notifications_notificationpolicy",
        "notifications_adtemplate",
    ],
)  # fmt: skip
def test_what_is_typed_on_a_page_is_audited(site: Client, page: str) -> None:
    row, typed, after = rows()[page]
    address = reverse(f"admin:{page}_change", args=[row.pk])
    sent = form_of(site, address)
    if page == "notifications_notificationpolicy":
        sent["reminder_minutes"] = "1440, 120"
        NotificationPolicy.objects.update(reminder_minutes=[1440, 120])
    answer = site.post(address, sent | typed)

    assert answer.status_code == 302, answer.context["errors"]
    ((_entity, action, _before, told_after),) = trail()
    assert (action, told_after) == ("updated", after)


def test_what_is_switched_in_a_list_is_audited(site: Client) -> None:
    address = reverse("admin:notifications_notificationsetting_changelist") + "?kind=booking_done&channel=telegram"
    formset = site.get(address).context["cl"].formset
    sent = {
        bound.html_name: bound.value() or ""
        for form in [formset.management_form, *formset.forms]
        for bound in form
    }
    switch = formset.forms[0]["enabled"]
    answer = site.post(address, {**sent, switch.html_name: "" if switch.value() else "on", "_save": "Save"})

    assert answer.status_code == 302
    ((entity, action, before, after),) = trail()
    assert (entity, action, before, after) == (
        "notification_setting", "updated", {"enabled": switch.value()}, {"enabled": not switch.value()},
    )  # fmt: skip


def test_keys_and_webhooks_are_audited_by_their_services(site: Client, salon: Salon) -> None:
    site.post(url("apikey", "add"), {"name": "Kiosk", "owner": salon.admin.pk, "scopes": [Scope.AUDIT_READ.value]})
    site.post(url("apikey", "changelist"), {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk]})
    hook = {"name": "CRM", "url": "https://crm.example/x", "kinds": ["booking_created"]}
    site.post(reverse("admin:notifications_webhookendpoint_add"), {**hook, "is_active": "on"})
    site.post(
        reverse("admin:notifications_webhookendpoint_delete", args=[WebhookEndpoint.objects.get().pk]),
        {"post": "yes"},
    )

    assert [entry[:2] for entry in trail()] == [
        ("api_key", "created"), ("api_key", "revoked"), ("webhook_endpoint", "created"), ("webhook_endpoint", "deleted"),
    ]  # fmt: skip


@pytest.fixture
def deputy(salon: Salon, client: Client) -> Client:
    """An admin with every permission that Django knows, who is no superuser."""
    user = AdminFactory.create(is_superuser=False)
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return client


def test_only_superusers_change_superusers_or_make_them(deputy: Client, salon: Salon) -> None:
    refusal = "Only a superuser changes a superuser or makes one."
    boss, client = salon.admin, salon.client
    for user, typed in (
        (boss, {"first_name": "X"}),
        (boss, {"is_superuser": ""}),
        (client, {"is_superuser": "on"}),
    ):
        answer = deputy.post(url("user", "change", user.pk), person_form(user, is_staff="on", **typed))
        assert refusal in answer.content.decode()
    new = {"username": "x", "first_name": "X", "language": "en", "role": Role.ADMIN, "usable_password": "false"}
    assert deputy.post(url("user", "add"), new).status_code == 302
    password = {"password1": "Long-enough-7", "password2": "Long-enough-7", "usable_password": "true"}
    assert deputy.post(reverse("admin:auth_user_password_change", args=[boss.pk]), password).status_code == 403
    banned = deputy.post(url("user", "changelist"), {"action": "ban", "_selected_action": [boss.pk]}, follow=True)
    assert told(banned)[-1] == f"{boss}: {refusal}"
    gone = deputy.post(url("user", "delete", boss.pk), {"post": "yes"}, follow=True)
    assert told(gone) == [refusal]

    before = (boss.first_name, boss.password, boss.is_superuser, boss.is_banned)
    boss.refresh_from_db()
    assert (boss.first_name, boss.password, boss.is_superuser, boss.is_banned) == before
    assert User.objects.filter(is_superuser=True).count() == 1
    assert AuditEntry.objects.count() == 1, "of the new one alone"


@pytest.mark.parametrize(
    "typed", [{"role": "client"}, {"is_banned": "on"}, {"is_active": ""}, {"is_staff": ""}, {"is_superuser": ""}]
)
def test_nobody_locks_themselves_out(site: Client, salon: Salon, typed: dict[str, str]) -> None:
    sent = person_form(salon.admin, is_staff="on", is_superuser="on") | typed
    answer = site.post(
        url("user", "change", salon.admin.pk), {name: value for name, value in sent.items() if value}
    )

    assert "Nobody locks themselves out." in answer.content.decode()
    gone = site.post(url("user", "delete", salon.admin.pk), {"post": "yes"}, follow=True)
    assert told(gone) == ["Nobody locks themselves out."]
    assert trail() == []


def test_whoever_is_no_admin_changes_nothing_whatever_django_permits(client: Client, salon: Salon) -> None:
    salon.anna_user.is_staff = True
    salon.anna_user.save()
    salon.anna_user.user_permissions.set(Permission.objects.all())
    client.force_login(salon.anna_user)
    address = url("service", "change", salon.service.pk)
    answer = client.post(address, form_of(client, address) | {"position": 7})

    assert "You may not do that." in answer.content.decode()
    archived = client.post(
        url("service", "changelist"), {"action": "archive", "_selected_action": [salon.service.pk]}, follow=True
    )
    assert told(archived) == [f"{salon.service}: You may not do that."]
    assert not AuditEntry.objects.exists()


def test_contacts_get_the_form_that_the_api_gives_them(site: Client, salon: Salon) -> None:
    address = url("user", "change", salon.client.pk)
    site.post(address, person_form(salon.client, phone="+49 (151) 55-5-55-55"))
    salon.client.refresh_from_db()
    assert salon.client.phone == "+4915155555 55".replace(" ", "")

    answer = site.post(address, person_form(salon.client, phone="call me"))
    assert answer.context["adminform"].form.errors == {
        "phone": ["This cannot be a phone number. Write it with the country code."]
    }
