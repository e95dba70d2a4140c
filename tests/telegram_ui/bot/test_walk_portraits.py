"""Who works here, as clients see them: a card with a photo, set by admins and by specialists themselves."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import Booking, Specialist
from bookings.services.specialist_photo import set_photo
from tests.pictures import picture
from tests.telegram_ui.bot.conftest import CLIENTS, JAMES, LANGUAGES, MARIA, OLGA, Walker, speaking
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk

FACE = picture(200, 300)
ADMIN = Actor(role=Role.ADMIN, door=Door.ADMIN)


async def portray(specialist: Specialist, content: bytes = FACE) -> str:
    return await sync_to_async(set_photo)(actor=ADMIN, specialist_id=specialist.pk, content=content)


async def photo_of(specialist: Specialist) -> str:
    await specialist.arefresh_from_db()
    return str(specialist.photo.name or "")


async def to_specialists(walk: Walk) -> None:
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("👤")


async def shown_photo(walk: Walk) -> str:
    """What Telegram calls the picture of the live message."""
    shown: dict[str, Any] = await walk.screen()
    assert shown["kind"] == "photo"
    return str(shown["photo"]["file_id"])


@CLIENTS
async def test_a_specialist_is_looked_at_and_chosen(walker: Walker, salon: Salon, client: int) -> None:
    await portray(salon.maria)
    walk = walker(client)
    await to_specialists(walk)
    await walk.tap("🖼 Photos")
    live = (await walk.screen())["message_id"]
    await walk.tap("›")
    await walk.tap("2/2")
    assert (await walk.screen())["message_id"] == live, "edited in place"
    await walk.tap("‹ Back")
    await walk.tap("🖼 Photos")
    await walk.say("?!")
    await walk.tap("‹")
    await walk.tap("✅ Choose")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Book")
    item = await Booking.objects.values("items__specialist").aget()
    assert item["items__specialist"] == salon.kate.pk
    walk.check(f"portraits.{walk.language}")


@CLIENTS
async def test_a_specialist_can_be_named_at_the_card(walker: Walker, salon: Salon, client: int) -> None:
    await portray(salon.maria)
    walk = walker(client)
    await to_specialists(walk)
    await walk.tap("🖼 Photos")
    await walk.say(walk.word("Kate"))
    assert f"👤 {walk.word('Kate')}" in (await walk.screen())["text"]


async def test_without_any_photo_nothing_is_offered_to_look_at(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await to_specialists(walk)
    assert "🖼 Photos" not in await walk.labels()


async def test_a_photo_is_uploaded_once_and_a_new_one_again(walker: Walker, salon: Salon) -> None:
    await portray(salon.maria)
    walk = walker(JAMES.id)
    await to_specialists(walk)
    await walk.tap("🖼 Photos")
    known = await shown_photo(walk)
    await walk.tap("›")
    initials = await shown_photo(walk)
    await walk.tap("›")
    assert await shown_photo(walk) == known != initials
    await portray(salon.maria, picture(300, 300))
    await walk.tap("›")
    assert await shown_photo(walk) == initials
    await walk.tap("›")
    assert await shown_photo(walk) not in (known, initials)


async def test_what_telegram_has_forgotten_is_uploaded_anew(walker: Walker, salon: Salon) -> None:
    await portray(salon.maria)
    walk = walker(JAMES.id)
    await to_specialists(walk)
    await walk.tap("🖼 Photos")
    known = await shown_photo(walk)
    await walk.tap("‹ Back")
    walk.server.api.files.files.pop(known)
    await walk.tap("🖼 Photos")
    assert await shown_photo(walk) != known


async def test_a_photo_whose_file_is_lost_leaves_the_words(walker: Walker, salon: Salon) -> None:
    default_storage.delete(await portray(salon.maria))
    walk = walker(JAMES.id)
    await to_specialists(walk)
    await walk.tap("🖼 Photos")
    shown = await walk.screen()
    assert shown["kind"] == "text"
    assert shown["text"].startswith("Maria")
    await walk.tap("›")
    assert (await walk.screen())["kind"] == "photo"


async def test_who_left_meanwhile_gives_way_to_who_is_there(walker: Walker, salon: Salon) -> None:
    await portray(salon.kate)
    walk = walker(JAMES.id)
    await to_specialists(walk)
    await walk.tap("🖼 Photos")
    assert (await walk.screen())["text"].startswith("Kate")
    message_id, data = await walk.data_of("✅ Choose")
    await Specialist.objects.filter(pk=salon.kate.pk).aupdate(is_active=False)
    await walk.stale(message_id, data)
    assert "This specialist takes no bookings any more." in (await walk.screen())["text"]


@LANGUAGES
async def test_admins_set_look_at_and_remove_a_photo(walker: Walker, salon: Salon, language: str) -> None:
    walk = await speaking(walker(OLGA.id), language)
    await walk.say("/menu")
    await walk.tap("🛠 Manage")
    await walk.tap("👩‍🎨 ", "Specialists")
    await walk.tap("Maria")
    await walk.tap("Photo")
    await walk.say("https://example.org/me.jpg")
    await walk.photo()
    await walk.photo("me", content=picture(9_000, 200))
    await walk.photo(content=FACE)
    first = await photo_of(salon.maria)
    assert first
    await walk.tap("Photo")
    await walk.photo(content=picture(640, 480, "JPEG"), as_file=True)
    assert await photo_of(salon.maria) not in ("", first)
    await walk.tap("Photo")
    await walk.tap("✖️ Clear")
    assert not await photo_of(salon.maria)
    walk.check(f"portrait_edited.{language}")


@LANGUAGES
async def test_specialists_set_their_own_photo(walker: Walker, salon: Salon, language: str) -> None:
    walk = await speaking(walker(MARIA.id), language)
    await walk.say("/profile")
    await walk.tap("🖼 My photo")
    await walk.say("me")
    await walk.photo()
    await walk.photo(content=FACE)
    first = await photo_of(salon.maria)
    assert first
    await walk.tap("🖼 My photo")
    message_id, data = await walk.data_of("🗑 Remove")
    await walk.photo(content=picture(300, 300))
    second = await photo_of(salon.maria)
    await walk.stale(message_id, data)
    assert await photo_of(salon.maria) == second != first, "the button was of the one before"
    await walk.tap("🗑 Remove")
    assert not await photo_of(salon.maria)
    walk.check(f"portrait_own.{language}")


@pytest.mark.parametrize("data", ["g:photo", "fp:abc"])
async def test_who_is_no_specialist_has_no_photo_to_set(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/profile")
    assert "🖼 My photo" not in await walk.labels()
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast == "This button is out of date. Here is how things are now."
