"""The team finds clients, writes them down, books for them, keeps them out."""

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.models import Booking, User
from bookings.read_models import ItemRequest
from bookings.services.clients import add_client
from bookings.services.create_booking import create_booking
from tests.telegram_ui.bot.conftest import ANNA, JAMES, KATE, LANGUAGES, MARIA, NOW, OLGA, OSCAR, Walker, speaking
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon, open_second_place

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


@ADMINS
async def test_an_admin_finds_a_client_and_books_for_them(walker: Walker, salon: Salon, admin: int) -> None:
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, NOW.replace(day=25, hour=8))
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔎 Find a client")
    await walk.say("nobody & <nothing>")
    await walk.say("анна")
    await walk.tap("📅 Book for them")
    await walk.tap("Haircut")
    await walk.tap("Today", " 10:00")  # within the notice of clients, who could have 10:30
    await walk.tap("✅ Book the client")
    booking = await Booking.objects.select_related("client").alatest("pk")
    assert (booking.client.tg_id, booking.door, booking.status) == (ANNA.id, "bot", "confirmed")
    walk.check(f"book_for_client.{walk.language}")


@ADMINS
async def test_a_client_without_telegram_is_written_down(walker: Walker, admin: int) -> None:
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔎 Find a client")
    await walk.tap("➕ New client")
    await walk.tap("‹ Back")
    await walk.tap("➕ New client")
    await walk.say("Пётр")
    await walk.say("Пётр Иванов, 8 912 345-67-89")
    await walk.tap("📅 Book for them")
    await walk.tap("Manicure")
    await walk.tap("Tomorrow", " 10:00")
    said = await walk.tap("✅ Book the client")
    assert "+79123456789" in said, "nobody else will tell the client"
    assert (await Booking.objects.select_related("client").aget()).client.phone == "+79123456789"
    walk.check(f"new_client.{walk.language}")


async def test_a_specialist_is_not_asked_for_places_where_they_do_not_work(walker: Walker, salon: Salon) -> None:
    await open_second_place(salon)
    await walker(JAMES.id).say("/start")
    await visit(salon, JAMES.id, NOW.replace(day=25, hour=8))
    walk = await speaking(walker(MARIA.id), "en")
    await walk.say("/today")
    await walk.tap("➕ Book a client")
    await walk.say("James")
    await walk.tap("📅 Book for them")
    assert {"Hair", "Nails"} <= set(await walk.labels())
    assert "📍 Change place" not in await walk.labels()
    await walk.tap("‹ Back")
    await salon.maria.offers.all().adelete()
    await walk.tap("📅 Book for them")
    assert (await walk.screen())["text"] == "There is nothing to book here right now. Please look in later."
    await walk.tap("‹ Back")
    await walk.tap("📅 Book for them")


@LANGUAGES
async def test_a_specialist_books_into_their_own_calendar(walker: Walker, salon: Salon, language: str) -> None:
    await walker(JAMES.id).say("/start")
    await visit(salon, JAMES.id, NOW.replace(day=25, hour=8))
    walk = await speaking(walker(MARIA.id), language)
    await walk.say("/today")
    await walk.tap("➕ Book a client")
    await walk.say("James")
    await walk.tap("📅 Book for them")
    await walk.tap("‹ Back")
    await walk.tap("📅 Book for them")
    assert walk.word("Colouring") not in await walk.labels(), "Maria does not give it"
    await walk.tap("Haircut")
    assert not [label for label in await walk.labels() if label.startswith("👤")]
    await walk.tap("📆 Another day")
    await walk.tap("24")
    await walk.tap("Evening")
    await walk.tap("18:00")
    await walk.tap("✅ Book the client")
    booking = await Booking.objects.alatest("pk")
    assert [item.specialist_id async for item in booking.items.all()] == [salon.maria.pk]
    walk.check(f"specialist_books.{language}")


async def test_a_specialist_finds_strangers_by_their_number_alone(walker: Walker) -> None:
    card = await sync_to_async(add_client)(actor=SYSTEM, name="Ivan Petrov", phone="+79123456789")
    walk = walker(KATE.id)
    await walk.say("/today")
    await walk.tap("➕ Book a client")
    await walk.say("Ivan")
    assert (await walk.screen())["text"].startswith("Nobody is found by “Ivan”.")
    await walk.say("8 912 345 67 89")
    assert (await walk.screen())["text"].startswith("🙂 Ivan Petrov")
    assert card.phone == "+79123456789"


@pytest.mark.parametrize("typed", ["8 912 345 67 89", "New Name +79123456789"])
async def test_who_comes_to_colleagues_is_booked_for_once_found_by_the_number(
    walker: Walker, salon: Salon, typed: str
) -> None:
    """Found or written down anew, no more is shown of them; by their id alone nobody gets at them."""
    card = await sync_to_async(add_client)(actor=SYSTEM, name="Ivan Petrov", phone="+79123456789")
    await sync_to_async(create_booking)(
        actor=SYSTEM,
        client_id=card.id,
        location_id=salon.location.pk,
        items=(ItemRequest(salon.haircut.pk, salon.maria.pk),),
        starts_at=NOW.replace(day=25, hour=8),
    )
    walk = walker(KATE.id)
    await walk.say("/today")
    for act in ("open", "book"):
        said = await walk.stale((await walk.screen())["message_id"], f"i:{card.id}:{act}")
        assert said == "This visit can't be found any more."
    await walk.say("/today")
    await walk.tap("➕ Book a client")
    if "New" in typed:
        await walk.tap("➕ New client")
    await walk.say(typed)
    assert "They come to colleagues so far." in (await walk.screen())["text"]
    await walk.tap("📅 Book for them")
    await walk.tap("‹ Back")
    await walk.tap("📅 Book for them")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow")
    await walk.tap("✅ Book")
    booking = await Booking.objects.alatest("pk")
    assert (booking.client_id, [one.specialist_id async for one in booking.items.all()]) == (
        card.id,
        [salon.kate.pk],
    )


@ADMINS
async def test_an_admin_bans_and_lets_in_again(walker: Walker, admin: int) -> None:
    await walker(JAMES.id).say("/start")
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔎 Find a client")
    await walk.say("James")
    await walk.tap("🚫 Ban")
    await walk.tap("No, keep it")
    await walk.tap("🚫 Ban")
    await walk.tap("Yes, ban")
    assert (await User.objects.aget(tg_id=JAMES.id)).is_banned
    await walk.tap("👌 Lift the ban")
    assert not (await User.objects.aget(tg_id=JAMES.id)).is_banned
    walk.check(f"ban.{walk.language}")


async def test_several_places_are_asked_for(walker: Walker, salon: Salon) -> None:
    await salon.maria.locations.aadd(await open_second_place(salon))
    await walker(JAMES.id).say("/start")
    await visit(salon, JAMES.id, NOW.replace(day=25, hour=8))
    walk = walker(MARIA.id)
    await walk.say("/today")
    await walk.tap("➕ Book a client")
    await walk.say("James")
    await walk.tap("📅 Book for them")
    await walk.tap("Pokrovka")
    await walk.tap("☰ Menu")


@pytest.mark.parametrize("data", ["g:clients", "g:newcli", "i:1:open", "i:1:book", "i:1:ban", "i:1:unban"])
async def test_clients_are_the_teams_business(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast == "This part is for the team."


@pytest.mark.parametrize("data", ["i:{id}:ban", "i:{id}:ban?"])
async def test_specialists_ban_nobody(walker: Walker, data: str) -> None:
    await walker(JAMES.id).say("/start")
    james = await User.objects.aget(tg_id=JAMES.id)
    walk = walker(KATE.id)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data.format(id=james.pk))
    assert toast == "This part is for the team."
    assert not (await User.objects.aget(tg_id=JAMES.id)).is_banned
