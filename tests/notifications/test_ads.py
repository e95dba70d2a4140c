"""An advertisement follows where a setting says so, in its period, by weight, and within each reader's cap."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from structlog.testing import capture_logs

from bookings.enums import EventKind, Role
from bookings.models import AuditEntry, User
from bookings.signals import announce
from notifications.ads import Reader, ad_for, weighted
from notifications.events import Channel, Kind
from notifications.fan_out import fan_out
from notifications.models import (
    AdShowing,
    AdTemplate,
    Delivery,
    NotificationPreferences,
    NotificationSetting,
    OutboxEvent,
)
from tests.factories import ClientFactory
from tests.notifications.rows import book, event_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def ad(name: str = "Oil", **values: Any) -> AdTemplate:
    return AdTemplate.objects.create(
        **({"name": name, "text_ru": f"<b>{name}</b> (ru)", "text_en": name} | values)
    )


@pytest.fixture
def reader() -> Reader:
    return Reader(ClientFactory.create().pk, "en", date(2026, 11, 23))


def shown(reader: Reader, **how: Any) -> str:
    return ad_for(reader, now=NOW, **how)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "Oil"),
        ({"starts_at": NOW, "ends_at": NOW + DAY}, "Oil"),
        ({"starts_at": NOW + DAY}, ""),
        ({"ends_at": NOW}, ""),
        ({"is_active": False}, ""),
        ({"text_en": ""}, ""),
    ],
)
def test_what_fits(reader: Reader, values: dict[str, Any], expected: str) -> None:
    ad(**values)
    assert shown(reader) == expected


def test_a_person_sees_it_so_often_a_day_and_again_the_next(reader: Reader) -> None:
    ad(daily_cap=2)
    assert [shown(reader) for _ in range(3)] == ["Oil", "Oil", ""]
    tomorrow = Reader(reader.user_id, "en", reader.day + DAY)
    assert shown(tomorrow) == "Oil"
    assert shown(Reader(ClientFactory.create().pk, "en", reader.day)) == "Oil"


def test_when_one_is_used_up_the_other_has_its_turn(reader: Reader) -> None:
    ad("Oil"), ad("Wax")
    assert {shown(reader), shown(reader)} == {"Oil", "Wax"}
    assert shown(reader) == ""


def test_weights_are_odds() -> None:
    light, heavy = ad("light", weight=1), ad("heavy", weight=100)
    assert [weighted([light, heavy]) for _ in range(50)].count(heavy) > 40


def test_the_last_place_of_a_day_is_taken_once_however_many_messages_are_written_at_once(reader: Reader) -> None:
    """Another worker takes the place between the look and the writing."""
    one = ad()

    def too_slow(ads: Sequence[AdTemplate]) -> AdTemplate:
        AdShowing.objects.create(ad=one, recipient_id=reader.user_id, day=reader.day, nth=1)
        return ads[0]

    assert shown(reader, choose=too_slow) == ""
    assert AdShowing.objects.count() == 1


def told(*, with_ad: bool) -> Delivery:
    setting = {"kind": Kind.BOOKING_CONFIRMED, "role": Role.CLIENT, "channel": Channel.TELEGRAM}
    NotificationSetting.objects.create(with_ad=with_ad, **setting)
    announce(event_of(book(), EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    fan_out(OutboxEvent.objects.get().pk)
    return Delivery.objects.get()


@pytest.mark.parametrize(("with_ad", "ending"), [(True, "\n\nSee you soon!\n\nOil"), (False, "\n\nSee you soon!")])
def test_it_follows_where_the_setting_says_so(*, with_ad: bool, ending: str) -> None:
    ad()
    body = told(with_ad=with_ad).body
    assert body is not None
    assert body["text"].endswith(ending)
    assert len(body["rows"][0]) == 2, "and the buttons stay"
    assert AdShowing.objects.count() == int(with_ad)


@pytest.mark.parametrize("text", ["<!-- x -->Oil", "<b/>Oil", "<b>Oil", "<b></b>"])
def test_one_that_telegram_refuses_costs_no_message_and_is_switched_off(text: str) -> None:
    spoilt = ad(text_en=text)
    with capture_logs() as logs:
        body = told(with_ad=True).body
    assert body is not None
    assert body["text"].endswith("\n\nSee you soon!")
    spoilt.refresh_from_db()
    assert (spoilt.is_active, AdShowing.objects.count()) == (False, 0)
    entry = AuditEntry.objects.get(action="changed")
    assert (entry.entity, entry.entity_id, entry.before, entry.after) == (
        "ad_template", spoilt.pk, {"is_active": True}, {"is_active": False},
    )  # fmt: skip
    assert [line["ad"] for line in logs if line["event"] == "ad_switched_off"] == [spoilt.pk]


def test_one_that_telegram_refuses_does_not_take_the_turn_of_another(reader: Reader) -> None:
    ad("Oil", text_en="<b/>"), ad("Wax")
    assert shown(reader) == "Wax"


def test_a_message_that_is_not_sent_uses_up_nothing() -> None:
    ad()
    User.objects.update(bot_blocked=True)
    setting = {"kind": Kind.BOOKING_CONFIRMED, "role": Role.CLIENT, "with_ad": True, "enabled": False}
    NotificationSetting.objects.create(**setting)
    announce(event_of(book(), EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    fan_out(OutboxEvent.objects.get().pk)
    assert not AdShowing.objects.exists()
    assert not NotificationPreferences.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text_en": "<script>"}, "text_en"),
        ({"text_en": "<!-- x -->Oil"}, "text_en"),
        ({"text_ru": "<b></b>"}, "text_ru"),
        ({"text_ru": "<b>"}, "text_ru"),
        ({"text_ru": "", "text_en": ""}, "text_ru"),
        ({"starts_at": NOW, "ends_at": NOW}, "ends_at"),
        ({"starts_at": datetime(1, 1, 1, tzinfo=UTC)}, "starts_at"),
        ({"ends_at": datetime(9999, 12, 31, tzinfo=UTC)}, "ends_at"),
        ({"weight": 0}, "weight"),
        ({"daily_cap": 0}, "daily_cap"),
        ({"text_en": "x" * 501}, "text_en"),
    ],
)
def test_what_cannot_be_shown_is_refused(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AdTemplate(**({"name": "Oil", "text_ru": "Масло", "text_en": "Oil"} | values)).full_clean()
    assert field in refused.value.message_dict


def test_braces_in_an_advertisement_are_just_braces() -> None:
    AdTemplate(name="Oil", text_en="10% off {today}").full_clean()
