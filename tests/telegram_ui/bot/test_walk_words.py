"""Typed words, things that are not words, links and groups."""

from collections.abc import Callable

import pytest

from bookings.models import Booking, User
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, Walker
from tests.telegram_ui.bot.salon import Salon, open_second_place


@CLIENTS
async def test_words_are_understood_on_steps_of_buttons(walker: Walker, client: int) -> None:
    walk = walker(client)
    say: Callable[[str, str], str] = lambda russian, english: russian if walk.language == "ru" else english  # noqa: E731
    await walk.say("/book")
    await walk.say(say("стрижк", "haircut"))
    await walk.say(say("послезавтра", "day after tomorrow"))
    await walk.say("16:00")
    await walk.tap("‹ Back")
    await walk.say(say("завтра в 11:00", "tomorrow at 11:00"))
    await walk.tap("‹ Back")
    await walk.say("13:37")
    await walk.say("03:30")
    await walk.say("29.11")  # a Sunday
    await walk.say("1.1.2024")
    await walk.say(say("не знаю", "no idea"))
    await walk.say("/book")
    await walk.say(say("мария", "maria"))
    await walk.say(walk.word("Haircut"))
    await walk.say(walk.word("Kate"))
    await walk.say(walk.word("Manicure"))
    await walk.tap("Today", " 10:30")
    await walk.say(walk.word("Colouring"))
    walk.check(f"words.{walk.language}")


@CLIENTS
async def test_places_categories_and_specialists_can_be_named(walker: Walker, salon: Salon, client: int) -> None:
    await open_second_place(salon)
    walk = walker(client)
    await walk.say("/book")
    await walk.say(walk.word("Pokrovka"))
    await walk.say(walk.word("Nails"))
    await walk.say(walk.word("Manicure"))
    await walk.say("/book")
    await walk.tap("Pokrovka")
    await walk.say(walk.word("Haircut"))
    await walk.tap("👤")
    await walk.say(walk.word("Kate"))
    assert ("Катя" if walk.language == "ru" else "Kate") in (await walk.screen())["text"]
    walk.check(f"names.{walk.language}")


@CLIENTS
async def test_what_cannot_be_understood_gets_help_and_the_menu(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("?!")
    await walk.say("/frobnicate")
    await walk.say("/today")
    await walk.location(55.75, 37.61)
    await walk.say(walk.word("Haircut"))
    await walk.location(55.75, 37.61)
    walk.check(f"unknown.{walk.language}")


@CLIENTS
async def test_links_lead_straight_to_what_they_name(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say(f"/start book_{salon.haircut.pk}", shown="/start book_<haircut>")
    await walk.say(f"/start loc_{salon.location.pk}", shown="/start loc_<Pokrovka>")
    await walk.say("/start book_999999")
    await walk.say("/start loc_x")
    walk.check(f"links.{walk.language}")


async def test_somebody_elses_contact_is_not_taken(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/profile")
    await walk.tap("📱 Phone")
    await walk.contact_of(ANNA.id)
    assert (await walk.bot_messages())[-1]["text"].startswith("That is somebody else's contact.")
    await walk.press("‹ Back")
    texts = [message["text"] for message in (await walk.bot_messages())[-2:]]
    assert texts[0] == "All right, nothing was changed."
    assert "Phone: not given" in texts[1]


async def test_leaving_the_question_for_a_phone_brings_the_menu_keyboard_back(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await walk.tap("👤 Profile")
    await walk.tap("📱 Phone")
    await walk.say("/menu")
    assert (await walk.chat())["keyboard"]["markup"]["keyboard"][0][0]["text"] == "📅 Book"


@pytest.mark.parametrize("text", ["hello there", "📅 Book", "25.11"])
async def test_a_group_hears_nothing_but_commands(walker: Walker, text: str) -> None:
    walk = walker(JAMES.id)
    group = await walk.group("Friends")
    await walk.say_in(group, text)
    assert await walk.bot_messages_in(group) == []
    await walk.say_in(group, "/book@playground_bot")
    answers = await walk.bot_messages_in(group)
    assert [answer["text"] for answer in answers] == [
        "I take bookings in a private chat: write to me there.\nhttps://t.me/playground_bot"
    ]
    assert not await Booking.objects.aexists()


@CLIENTS
async def test_a_service_named_where_a_place_is_asked_for_is_booked_at_the_first_and_says_where(
    walker: Walker, salon: Salon, client: int
) -> None:
    await open_second_place(salon)
    walk = walker(client)
    await walk.say("/book")
    await walk.say(walk.word("Manicure"))
    text = (await walk.screen())["text"]
    assert text.startswith(walk.word("Manicure"))
    assert f"📍 {walk.word('Pokrovka')}" in text


@CLIENTS
async def test_labels_of_the_keyboard_are_understood_without_their_signs(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    for typed in ("записаться", "book"):
        await walk.say(typed)
        assert walk.word("Choose a service") in (await walk.screen())["text"]


@CLIENTS
async def test_a_number_shared_on_the_way_is_kept_and_the_booking_goes_on(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/book")
    await walk.tap("Haircut")
    before = (await walk.screen())["text"]
    await walk.contact_of(client)
    assert (await User.objects.aget(tg_id=client)).phone
    assert (await walk.screen())["text"].endswith(before)
    await walk.contact_of(JAMES.id if client != JAMES.id else ANNA.id)
    assert (await walk.screen())["text"].endswith(before)
    await walk.tap("Today", " 10:30")


async def test_a_link_greets_only_who_is_new(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    for _number in range(2):
        await walk.say(f"/start book_{salon.haircut.pk}")
    greetings = [m for m in await walk.bot_messages() if m["text"].startswith("Hello")]
    assert len(greetings) == 1
    await walk.say("/start")
    greetings = [m for m in await walk.bot_messages() if m["text"].startswith("Hello")]
    assert len(greetings) == 2
