"""People say what they want to be told; nobody says it for somebody else but an admin."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from bookings.actor import Actor
from bookings.enums import Door, EventKind, Role
from bookings.exceptions import InvalidValue, NotFound
from bookings.models import AuditEntry, User
from bookings.signals import announce
from notifications.fan_out import fan_out
from notifications.models import Delivery, NotificationPreferences, OutboxEvent
from notifications.read_models import Wishes
from notifications.services.preferences import get_preferences, set_preferences
from tests.factories import ClientFactory
from tests.notifications.rows import book, event_of

pytestmark = pytest.mark.django_db

NIGHTS = Wishes(reminders=False, quiet_from=time(21), quiet_until=time(9), zone="Asia/Tokyo")


@pytest.fixture
def client() -> User:
    client: User = ClientFactory.create()
    return client


def acting(user: User, role: Role = Role.CLIENT) -> Actor:
    return Actor(role=role, door=Door.BOT, user_id=user.pk)


def test_without_a_word_everything_is_on(client: User) -> None:
    assert get_preferences(actor=acting(client), user_id=client.pk) == Wishes()
    assert not NotificationPreferences.objects.exists()


def test_what_was_set_is_read_and_audited_once(client: User) -> None:
    for _ in range(2):
        assert set_preferences(actor=acting(client), user_id=client.pk, wishes=NIGHTS) == NIGHTS
    assert get_preferences(actor=acting(client), user_id=client.pk) == NIGHTS
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.entity, entry.entity_id) == ("changed", "notification_preferences", client.pk)
    assert entry.before == {
        "reminders": True, "quiet_from": None, "quiet_until": None, "zone": "",
    }  # fmt: skip
    assert entry.after == {
        "reminders": False, "quiet_from": "21:00:00", "quiet_until": "09:00:00", "zone": "Asia/Tokyo",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        (Wishes(zone="Moscow"), "zone"),
        (Wishes(zone="../../etc/passwd"), "zone"),
        (Wishes(quiet_from=time(22)), "quiet_until"),
        (Wishes(quiet_until=time(8)), "quiet_from"),
    ],
)
def test_wishes_that_cannot_be_are_refused(client: User, wishes: Wishes, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        set_preferences(actor=acting(client), user_id=client.pk, wishes=wishes)
    assert refused.value.details["field"] == field
    assert not NotificationPreferences.objects.exists()


def test_somebody_else_s_do_not_exist_but_for_admins(client: User) -> None:
    other = ClientFactory.create()
    for role in (Role.CLIENT, Role.SPECIALIST):
        with pytest.raises(NotFound):
            set_preferences(actor=acting(other, role), user_id=client.pk, wishes=NIGHTS)
        with pytest.raises(NotFound):
            get_preferences(actor=acting(other, role), user_id=client.pk)
    assert set_preferences(actor=acting(other, Role.ADMIN), user_id=client.pk, wishes=NIGHTS) == NIGHTS
    with pytest.raises(NotFound):
        get_preferences(actor=acting(other, Role.ADMIN), user_id=0)


def test_what_waits_for_the_end_of_quiet_hours_follows_when_they_change(client: User) -> None:
    now = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)

    def set_quiet(since: time | None, until: time | None) -> None:
        wishes = Wishes(quiet_from=since, quiet_until=until, zone="UTC")
        set_preferences(actor=acting(client), user_id=client.pk, wishes=wishes)

    with time_machine.travel(now, tick=False):
        booking = book(client=client, starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=1))
        set_quiet(time(20), time(21, 15))
        announce(event_of(booking, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
        fan_out(OutboxEvent.objects.get().pk)
        due = Delivery.objects.filter(recipient=client).values_list("due_at", flat=True)
        assert list(due.all()) == [now.replace(hour=21, minute=15)]
        set_quiet(time(20), time(9))
        assert list(due.all()) == [datetime(2026, 11, 25, 9, tzinfo=UTC)]
        set_quiet(None, None)
        assert list(due.all()) == [now]
