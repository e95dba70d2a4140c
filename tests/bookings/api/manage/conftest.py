"""A salon with a row of every entity, and its admin's program."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from bookings.enums import DiscountKind, OverrideKind, Role
from bookings.models import BookingSeries, CalendarOverride, InviteToken, Promotion, Review, Tag, WaitlistEntry
from bookings.read_models import ItemRequest
from notifications.dead_letters import bury
from notifications.models import AdTemplate, Campaign, Delivery, OutboxEvent, PushSubscription, WebhookEndpoint
from tests.bookings.api.callers import with_key
from tests.bookings.api.conftest import Answer
from tests.bookings.conftest import HOUR, NOW, TOMORROW, Salon
from tests.factories import ClientFactory, LocationFactory, RoomFactory, ServiceFactory, SpecialistFactory

PATH = "/api/v1/manage"


@dataclass
class Manager:
    """Asks below ``/api/v1/manage`` in JSON."""

    client: Client
    salon: Salon

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Answer:
        return self.client.get(f"{PATH}/{path}", query or {}, headers=headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.client.post(f"{PATH}/{path}", body, content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.client.patch(f"{PATH}/{path}", body, content_type="application/json", headers=headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.client.delete(f"{PATH}/{path}", headers=headers)

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, query)
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
def manager(salon: Salon) -> Manager:
    return Manager(with_key(salon.admin), salon)


@pytest.fixture
def full(manager: Manager) -> Manager:
    return filled(manager)


def filled(manager: Manager) -> Manager:
    """Three rows at least of each entity that is not one of a kind."""
    salon = manager.salon
    room, *_others = RoomFactory.create_batch(3, location=salon.location)
    LocationFactory.create_batch(2)
    ServiceFactory.create()
    yoga = ServiceFactory.create(capacity=4)
    carl = SpecialistFactory.create(at=[salon.location], gives=[yoga])
    for number in range(3):
        ClientFactory.create(role=Role.CLIENT, language="ru" if number else "en")
        CalendarOverride.objects.create(
            kind=OverrideKind.CLOSED, room=room, date_from=date(2026, 5, 1 + number), date_to=date(2026, 5, 9)
        )
    cards = [salon.book(TOMORROW.replace(hour=9 + hour)) for hour in (0, 2, 4)]
    for day in (4, 5, 6):
        salon.book(TOMORROW.replace(day=day), items=[ItemRequest(yoga.pk, carl.pk)])
    for number, card in enumerate(cards):
        _rows_about(card.id, number, salon)
    return manager


def _rows_about(booking_id: int, number: int, salon: Salon) -> None:
    """Rows that services of their own would write, made directly: here they are only read."""
    day = date(2026, 4, 1 + number)
    Promotion.objects.create(code=f"SPRING{number}", kind=DiscountKind.PERCENT, value=5 + number)
    salon.client.tags.add(Tag.objects.create(name=f"Tag {number}"))
    Review.objects.create(booking_id=booking_id, client=salon.client, rating=3 + number)
    BookingSeries.objects.create(
        client=salon.client, location=salon.location, starts_at=NOW + HOUR * number, every_weeks=2, times=3
    )
    WaitlistEntry.objects.create(client=salon.client, location=salon.location, date_from=day, date_to=day)
    AdTemplate.objects.create(name=f"Spring {number}", text_en="Spring!")
    PushSubscription.objects.create(user=salon.client, endpoint=f"https://push.example/{number}")
    Campaign.objects.create(name=f"News {number}", text_en="News!", trace_id="t")
    event = OutboxEvent.objects.filter(booking=booking_id).first()
    Delivery.objects.create(
        event=event, recipient=salon.client, role=Role.CLIENT, channel="telegram", trace_id=f"trace-{number}"
    )
    WebhookEndpoint.objects.create(
        name=f"CRM {number}", url=f"https://crm.example/{number}", kinds=["booking_created"], secret="s"
    )
    InviteToken.objects.create(role=Role.ADMIN, token_hash=str(number), expires_at=NOW + HOUR)
    bury(
        task="tests.task", payload={"n": number}, error="broken", traceback="", trace_id="t", attempts=3,
        source="tests", alert=False,
    )  # fmt: skip
