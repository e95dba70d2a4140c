"""What may be said, and what is said to whom."""

from typing import Any

import pytest

from bookings.actor import Actor
from notifications.campaigns.content import Button, body_of
from notifications.campaigns.drafts import create_campaign
from notifications.exceptions import InvalidCampaign
from notifications.models import Campaign
from tests.factories import ServiceFactory
from tests.notifications.campaigns.conftest import PIXEL, book, draft, link, made

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"name": " "}, "name", "missing"),
        ({"name": "n" * 101}, "name", "too_long"),
        ({"text_ru": "", "text_en": " \n"}, "text_ru", "missing"),
        ({"text_en": "x" * 4097}, "text_en", "too_long"),
        ({"text_en": "💈" * 2049}, "text_en", "too_long"),
        ({"text_en": "x" * 1025, "photo": PIXEL}, "text_en", "too_long"),
        ({"text_en": "x" * 1025, "photo_file_id": "AgAC"}, "text_en", "too_long"),
        ({"text_ru": "<b>no end"}, "text_ru", "html"),
        ({"text_ru": "<h1>big</h1>"}, "text_ru", "html"),
        ({"text_ru": "1 < 2"}, "text_ru", "html"),
        ({"text_ru": "<a onclick='x'>a</a>"}, "text_ru", "html"),
        ({"text_ru": "nul \0"}, "text_ru", "html"),
        ({"text_ru": "<!-- x -->Hi"}, "text_ru", "html"),
        ({"text_ru": "<b/>Hi"}, "text_ru", "html"),
        ({"text_en": "<b></b>"}, "text_en", "missing"),
        ({"text_en": "&#8203;"}, "text_en", "missing"),
        ({"buttons": [link(), link(), link()]}, "buttons", "count"),
        ({"buttons": [link(en=" ", ru="")]}, "buttons", "missing"),
        ({"buttons": [link(en="l" * 65)]}, "buttons", "too_long"),
        ({"buttons": [link("http://example.com")]}, "buttons", "url"),
        ({"buttons": [link("javascript:alert(1)")]}, "buttons", "url"),
        ({"buttons": [link("https://")]}, "buttons", "url"),
        ({"buttons": [link("https://exa mple.com")]}, "buttons", "url"),
        ({"buttons": [link("https://[::1")]}, "buttons", "url"),
        ({"buttons": [book(999)]}, "buttons", "service"),
        ({"photo": b"GIF89a"}, "photo", "photo"),
        ({"photo": PIXEL + bytes(10 * 1024 * 1024)}, "photo", "too_long"),
    ],
)
def test_what_telegram_would_refuse_is_refused_at_once(
    actor: Actor, changes: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(InvalidCampaign) as refusal:
        create_campaign(actor=actor, draft=draft(**changes))
    assert (refusal.value.details["field"], refusal.value.details["reason"]) == (field, reason)
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4096,
        "<b>" + "x" * 4096 + "</b>",
        "&lt;" * 4096,
        "💈" * 2048,
        '<a href="https://example.com/?a=1&amp;b=2">link</a> {brace} <tg-spoiler>s</tg-spoiler>',
    ],
)
def test_length_is_that_of_what_is_seen(actor: Actor, text: str) -> None:
    assert made(actor, text_en=text).text_en == text


def test_each_reads_their_language_and_where_there_is_none_the_other(actor: Actor) -> None:
    both = Campaign.objects.get(pk=made(actor, text_ru="привет", text_en="hello").id)
    assert (body_of(both, "ru")["text"], body_of(both, "en")["text"]) == ("привет", "hello")
    one = Campaign.objects.get(pk=made(actor, text_ru="", text_en="hello").id)
    assert body_of(one, "ru")["text"] == "hello"


def test_buttons_lead_to_an_address_or_to_booking(actor: Actor) -> None:
    service = ServiceFactory.create()
    card = made(actor, buttons=[link(en="Look"), book(service.pk)])
    rows = body_of(Campaign.objects.get(pk=card.id), "ru")["rows"]
    assert [[(one["name"], one["args"], one["label"]) for one in row] for row in rows] == [
        [("open.link", ("https://example.com/sale",), "Look")],
        [("open.bot", (f"book_{service.pk}",), "Записаться")],
    ]


@pytest.mark.parametrize(
    "stored", [[], None, {"kind": "dance"}, {"kind": "link", "label": "x"}, {"kind": "book", "service_id": "1"}]
)
def test_what_is_no_button_is_refused(stored: object) -> None:
    with pytest.raises(InvalidCampaign):
        Button.from_json(stored)
