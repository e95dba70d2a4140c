"""People to write to, and an admin who does."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User
from notifications.campaigns.content import BOOK, LINK, Button
from notifications.campaigns.control import start_campaign
from notifications.campaigns.drafts import Draft, create_campaign
from notifications.campaigns.materialise import materialise
from notifications.campaigns.read_models import CampaignCard
from notifications.models import Campaign
from tests.factories import AdminFactory, ClientFactory

#: A PNG of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478"
    "9c636000000002000148afa4710000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def admin(db: None) -> User:
    return AdminFactory.create(first_name="Olga", language="ru")


@pytest.fixture
def actor(admin: User) -> Actor:
    return actor_for(admin)


def actor_for(user: User) -> Actor:
    return Actor(role=Role(user.role), door=Door.ADMIN, user_id=user.pk, trace_id="camp-trace")


def link(url: str = "https://example.com/sale", **label: str) -> Button:
    return Button(LINK, label or {"ru": "Смотреть", "en": "Look"}, url=url)


def book(service_id: int | None = None) -> Button:
    return Button(BOOK, {"ru": "Записаться", "en": "Book"}, service_id=service_id)


def draft(**changes: Any) -> Draft:
    """A campaign in both languages to all clients."""
    return Draft(
        **{"name": "Spring", "text_ru": "<b>Весна!</b> Ждём вас.", "text_en": "<b>Spring!</b> Come.", **changes}
    )


def made(actor: Actor, **changes: Any) -> CampaignCard:
    return create_campaign(actor=actor, draft=draft(**changes))


def running(actor: Actor, **changes: Any) -> Campaign:
    """A campaign whose rows are there and of which nothing was sent yet."""
    card = made(actor, **changes)
    start_campaign(actor=actor, campaign_id=card.id)
    materialise(card.id)
    return Campaign.objects.get(pk=card.id)


def clients(count: int, **values: Any) -> list[User]:
    """Clients, written in one go."""
    users = ClientFactory.build_batch(count, **values)
    return User.objects.bulk_create(users)
