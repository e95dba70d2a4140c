"""Who a campaign goes to, condition by condition."""

from datetime import timedelta
from typing import Any

import pytest

from booking_site.lib import clock
from bookings.actor import SYSTEM, Actor
from bookings.enums import BookingStatus, Door, Role
from bookings.exceptions import NotAllowed
from bookings.models import Booking, Tag, User
from notifications.campaigns.audience import Audience
from notifications.campaigns.queries import count_audience
from notifications.exceptions import InvalidCampaign
from notifications.models import NotificationPreferences, PushSubscription
from tests.factories import AdminFactory, ClientFactory, SpecialistUserFactory
from tests.notifications.rows import book

pytestmark = pytest.mark.django_db


def names(**conditions: Any) -> set[str]:
    people = Audience(**conditions).people(clock.now())
    return set(people.values_list("first_name", flat=True))


def visited(name: str, days_ago: int, **changes: Any) -> Booking:
    at = clock.now() - timedelta(days=days_ago)
    return book(
        client=ClientFactory.create(first_name=name), starts_at=at, ends_at=at + timedelta(hours=1),
        **{"status": BookingStatus.DONE, **changes},
    )  # fmt: skip


def subscribe(user: User) -> User:
    PushSubscription.objects.create(user=user, endpoint=f"https://push.example/{user.pk}", p256dh="p", auth="a")
    return user


def test_clients_are_meant_unless_other_roles_are_named() -> None:
    ClientFactory.create(first_name="client")
    SpecialistUserFactory.create(first_name="specialist")
    AdminFactory.create(first_name="admin")
    assert names() == {"client"}
    assert names(roles=("specialist", "admin")) == {"specialist", "admin"}


def test_nobody_is_meant_who_cannot_or_does_not_want_to_be_reached() -> None:
    ClientFactory.create(first_name="reached")
    ClientFactory.create(first_name="banned", is_banned=True)
    ClientFactory.create(first_name="gone", is_active=False)
    ClientFactory.create(first_name="blocked", bot_blocked=True)
    ClientFactory.create(first_name="nowhere", tg_id=None)
    unwilling = ClientFactory.create(first_name="unwilling")
    NotificationPreferences.objects.create(user=unwilling, invitations=False)
    assert names() == {"reached"}


def test_who_has_no_telegram_or_blocked_the_bot_is_reached_in_the_browser() -> None:
    ClientFactory.create(first_name="telegram")
    subscribe(ClientFactory.create(first_name="both"))
    subscribe(ClientFactory.create(first_name="browser", tg_id=None))
    subscribe(ClientFactory.create(first_name="blocked", bot_blocked=True))
    people: Any = Audience().people(clock.now())
    assert dict(people.values_list("first_name", "reached_by")) == {
        "telegram": "telegram", "both": "telegram", "browser": "push", "blocked": "push",
    }  # fmt: skip
    assert names(has_push=True) == {"both", "browser", "blocked"}
    assert names(has_push=False) == {"telegram"}


def test_language() -> None:
    ClientFactory.create(first_name="ru", language="ru")
    ClientFactory.create(first_name="en", language="en")
    assert names(languages=("ru",)) == {"ru"}
    assert names(languages=("ru", "en")) == {"ru", "en"}


def test_last_visit() -> None:
    visited("lately", 10)
    visited("long ago", 100)
    visited("did not come", 10, status=BookingStatus.NO_SHOW)
    ClientFactory.create(first_name="never")
    assert names(visited_within_days=30) == {"lately"}
    assert names(not_visited_for_days=30) == {"long ago", "did not come", "never"}
    assert names(visited_within_days=200, not_visited_for_days=30) == {"long ago"}


def test_places_and_services_are_those_of_one_visit() -> None:
    here, there = visited("here", 10), visited("there", 10)
    service_here, service_there = here.items.get().service_id, there.items.get().service_id
    assert names(location_ids=(here.location_id,)) == {"here"}
    assert names(service_ids=(service_there,)) == {"there"}
    assert names(location_ids=(here.location_id,), service_ids=(service_here,)) == {"here"}
    assert names(location_ids=(here.location_id,), service_ids=(service_there,)) == set()


def test_of_several_tags_any_will_do_and_one_that_is_gone_is_nobodys() -> None:
    vip, regular, spare = (Tag.objects.create(name=name) for name in ("VIP", "Regular", "Spare"))
    ClientFactory.create(first_name="both").tags.set([vip, regular])
    ClientFactory.create(first_name="regular").tags.set([regular])
    ClientFactory.create(first_name="neither")
    assert names(tag_ids=(vip.pk,)) == {"both"}
    assert names(tag_ids=(vip.pk, regular.pk)) == {"both", "regular"}
    assert Audience(tag_ids=(vip.pk, regular.pk)).people(clock.now()).count() == 2
    assert names(tag_ids=(spare.pk,)) == set()
    gone = regular.pk
    regular.delete()
    assert names(tag_ids=(gone,)) == set()


def test_somebody_with_many_visits_is_meant_once() -> None:
    first = visited("often", 10)
    book(client=first.client, status=BookingStatus.DONE, starts_at=first.starts_at, ends_at=first.ends_at)
    assert Audience(visited_within_days=30).people(clock.now()).count() == 1


def test_the_count_tells_channels_and_languages() -> None:
    ClientFactory.create(language="ru")
    ClientFactory.create(language="en")
    subscribe(ClientFactory.create(language="en", tg_id=None))
    count = count_audience(actor=SYSTEM, audience=Audience())
    assert (count.total, count.by_channel, count.by_language) == (
        3, {"telegram": 2, "push": 1}, {"ru": 1, "en": 2},
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.CLIENT, Role.SPECIALIST])
def test_only_admins_count(role: Role) -> None:
    with pytest.raises(NotAllowed):
        count_audience(actor=Actor(role=role, door=Door.BOT, user_id=1), audience=Audience())


# As JSON


def test_an_audience_survives_being_stored() -> None:
    audience = Audience(
        roles=("client", "admin"), languages=("en",), location_ids=(3, 1), service_ids=(2,),
        visited_within_days=90, not_visited_for_days=30, tag_ids=(5, 4), has_push=False,
    )  # fmt: skip
    assert Audience.from_json(audience.to_json()) == audience
    assert Audience.from_json({}) == Audience()
    assert Audience().to_json() == {"roles": ["client"]}


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        ([], "audience"),
        ("client", "audience"),
        ({"colour": "red"}, "audience.colour"),
        ({"roles": []}, "audience.roles"),
        ({"roles": ["system"]}, "audience.roles"),
        ({"roles": "client"}, "audience.roles"),
        ({"languages": ["fr"]}, "audience.languages"),
        ({"location_ids": [0]}, "audience.location_ids"),
        ({"location_ids": [True]}, "audience.location_ids"),
        ({"service_ids": [2**63]}, "audience.service_ids"),
        ({"service_ids": list(range(1, 102))}, "audience.service_ids"),
        ({"visited_within_days": 0}, "audience.visited_within_days"),
        ({"not_visited_for_days": "30"}, "audience.not_visited_for_days"),
        ({"not_visited_for_days": 4000}, "audience.not_visited_for_days"),
        ({"tag_ids": ["VIP"]}, "audience.tag_ids"),
        ({"has_push": 1}, "audience.has_push"),
    ],
)
def test_what_is_no_audience_is_refused_by_the_name_of_its_condition(stored: object, field: str) -> None:
    with pytest.raises(InvalidCampaign) as refusal:
        Audience.from_json(stored)
    assert refusal.value.details["field"] == field
