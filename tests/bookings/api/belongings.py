"""What one client has, and their specialist: to be asked for by others."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from bookings.enums import DiscountKind, Role
from bookings.models import (
    Booking,
    CalendarFeed,
    CalendarOverride,
    ClientNote,
    GroupSession,
    Promotion,
    Review,
    SpecialistService,
    StatusChange,
    User,
    WaitlistEntry,
    WaitlistOffer,
)
from bookings.read_models import ItemRequest
from bookings.services.client_notes import write_note
from bookings.services.complete_booking import complete_booking
from bookings.services.group_sessions import open_session
from bookings.services.recurring import book_recurring
from bookings.services.reviews import leave_review
from bookings.services.time_off import add_time_off
from bookings.services.waitlist import join_waitlist
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of, set_policy
from tests.factories import ClientFactory, ServiceFactory

#: No answer to anybody else may hold these.
SECRETS = ("Sekretova", "+79990001122", "whisper")
#: Parameters that name what belongs to a client or a specialist.
OWNED = frozenset(
    {
        "booking_id", "entry_id", "client_id", "series_id", "from_booking_id", "item_id", "override_id", "session_id",
    }
)  # fmt: skip


@pytest.fixture
def victims(salon: Salon, frozen: time_machine.Traveller) -> dict[str, Any]:
    """What the client has, all with Boris: visits to come, one that has begun, a reviewed one and one that is not, a
    wish with an offer, a seat; what Boris has: a day off, a session. As values to ask with; under ``of`` by operation,
    where it needs others.
    """
    User.objects.filter(pk=salon.client.pk).update(
        first_name="Anna", last_name=SECRETS[0], phone=SECRETS[1], email="sekretova@example.com"
    )
    salon.boris.user = ClientFactory.create(role=Role.SPECIALIST)
    salon.boris.save()
    boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    done, unreviewed, begun = (salon.book(TOMORROW + n * HOUR, items=boris, comment=SECRETS[2]) for n in range(3))
    frozen.move_to(TOMORROW + 2.5 * HOUR)
    for past in (done, unreviewed):
        complete_booking(actor=salon.as_admin, booking_id=past.id)
    review = leave_review(actor=salon.as_client, booking_id=done.id, rating=5, text="Good")
    day = TOMORROW + timedelta(days=2)
    booking = salon.book(day, items=boris, comment=SECRETS[2])
    series = book_recurring(
        actor=salon.as_client, client_id=salon.client.pk, location_id=salon.location.pk, items=boris,
        starts_at=day + 2 * HOUR, every_weeks=1, times=2, comment=SECRETS[2],
    )  # fmt: skip
    entry = join_waitlist(
        actor=salon.as_client, client_id=salon.client.pk, location_id=salon.location.pk, items=boris,
        date_from=day.date() + timedelta(days=1), date_to=day.date() + timedelta(days=1),
    )  # fmt: skip
    assert expire_offers() == 1
    set_policy(auto_confirm=False)
    pending = salon.book(day + 6 * HOUR, items=boris, comment=SECRETS[2])
    Promotion.objects.create(code="BUSY", kind=DiscountKind.PERCENT, value=5)
    yoga = ServiceFactory.create(capacity=3)
    SpecialistService.objects.create(specialist=salon.boris, service=yoga)
    session = open_session(
        actor=salon.as_admin, location_id=salon.location.pk, service_id=yoga.pk, specialist_id=salon.boris.pk,
        starts_at=day + 4 * HOUR,
    )  # fmt: skip
    salon.book(session.starts_at, items=[ItemRequest(yoga.pk, salon.boris.pk)], comment=SECRETS[2])
    off = add_time_off(
        actor=salon.as_admin, specialist_id=salon.boris.pk, date_from=day.date() + timedelta(days=40),
        date_to=day.date() + timedelta(days=40), reason=SECRETS[2],
    )  # fmt: skip
    write_note(actor=actor_of(salon.boris.user), client_id=salon.client.pk, text=SECRETS[2])
    values = {
        "override_id": off.card.id,
        "session_id": session.id,
        "booking_id": booking.id,
        "from_booking_id": booking.id,
        "item_id": booking.items[0].id,
        "entry_id": entry.id,
        "client_id": salon.client.pk,
        "series_id": series.id,
        "every_weeks": 1,
        "times": 2,
        "secret": "0" * 64,
        "timezone": "Europe/Berlin",
        "zone": "",
        "review_id": review.id,
        "location_id": salon.location.pk,
        "service_id": salon.service.pk,
        "specialist_id": salon.boris.pk,
        "service": f"{salon.service.pk}:{salon.boris.pk}",
        "starts_at": (day + HOUR).isoformat(),
        "date": day.date().isoformat(),
        "date_from": day.date().isoformat(),
        "date_to": day.date().isoformat(),
        "month": "2026-03",
        "code": "busy",
        "language": "en",
        "expected_version": None,
    }
    values["of"] = {
        "confirm_booking": {"booking_id": pending.id},
        "complete_booking": {"booking_id": begun.id},
        "mark_no_show": {"booking_id": begun.id},
        "reopen_booking": {"booking_id": unreviewed.id},
        "leave_review": {"booking_id": unreviewed.id},
        "reassign_booking": {"specialist_id": salon.anna.pk},
        "cancel_series": {"from_booking_id": series.bookings[1].id},
        "open_session": {"service_id": yoga.pk},
        "add_time_off": {"starts_at": None},
        "join_waitlist": {"date_to": (day.date() + timedelta(days=1)).isoformat()},
    }
    return values


def rows_of(salon: Salon) -> list[Any]:
    """All that is the client's, as the database has it."""
    mine = {"client": salon.client.pk}
    bookings = Booking.objects.filter(**mine).order_by("pk")
    return [
        list(User.objects.filter(pk=salon.client.pk).values()),
        list(bookings.values()),
        StatusChange.objects.filter(booking__in=bookings).count(),
        list(WaitlistEntry.objects.filter(**mine).order_by("pk").values()),
        list(WaitlistOffer.objects.filter(entry__client=salon.client.pk).order_by("pk").values()),
        list(Review.objects.filter(**mine).values()),
        list(GroupSession.objects.values()),
        list(CalendarOverride.objects.order_by("pk").values()),
        list(CalendarFeed.objects.values()),
        list(ClientNote.objects.order_by("pk").values()),
    ]


def values_for(operation_id: str, victims: dict[str, Any]) -> dict[str, Any]:
    """What ``operation_id`` is asked with."""
    own: dict[str, Any] = victims["of"].get(operation_id, {})
    return {**victims, **own}
