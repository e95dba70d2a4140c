"""More than one service, a comment, a promotion code, the nearest place, who is free when."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bookings.enums import DiscountKind
from bookings.models import Booking, Promotion, Review, Specialist
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, NOW, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon, open_second_place


@CLIENTS
async def test_several_services_in_one_visit(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("➕ Another service")
    await walk.tap("✓ ", "Haircut")  # the last one stays
    await walk.tap("Manicure")
    await walk.tap("Colouring")
    await walk.say(walk.word("Colouring"))  # typed: out again
    await walk.tap("✅ Done")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    await walk.tap("Haircut")
    await walk.tap("➕ Another service")
    await walk.tap("Manicure")
    await walk.tap("✅ Done")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Book")
    booking = await Booking.objects.aget()
    assert [item.service_name.localize("en") async for item in booking.items.order_by("position")] == [
        "Haircut", "Manicure",
    ]  # fmt: skip
    assert (booking.ends_at - booking.starts_at).total_seconds() == 150 * 60
    walk.check(f"several_services.{walk.language}")


@CLIENTS
async def test_a_comment_and_a_promotion_code(walker: Walker, client: int) -> None:
    await Promotion.objects.acreate(code="SPRING", kind=DiscountKind.PERCENT, value=Decimal(10), client_limit=1)
    await Promotion.objects.acreate(
        code="OLD", kind=DiscountKind.AMOUNT, value=100, valid_to=NOW.date().replace(day=1)
    )
    walk = walker(client)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("💬 Comment")
    await walk.tap("‹ Back")
    await walk.tap("💬 Comment")
    await walk.say("Short <b>hair</b> & tea")
    await walk.tap("💬 Change comment")
    await walk.say("x" * 501, shown="(501 letters)")
    await walk.tap("‹ Back")
    await walk.tap("🎟 Promo code")
    await walk.say("nothing")
    await walk.say("old")
    await walk.say("spring")
    await walk.tap("🎟 Other code")
    await walk.tap("🗑 Remove")
    await walk.tap("🎟 Promo code")
    await walk.say("Spring")
    await walk.tap("✅ Book")
    booking = await Booking.objects.aget()
    assert (booking.comment, booking.promo_code) == ("Short <b>hair</b> & tea", "SPRING")
    walk.check(f"comment_and_code.{walk.language}")


async def test_a_code_that_ended_in_between_is_taken_off_and_said_so(walker: Walker) -> None:
    spring = await Promotion.objects.acreate(code="SPRING", kind=DiscountKind.PERCENT, value=10)
    walk = walker(JAMES.id)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("🎟 Promo code")
    await walk.say("spring")
    spring.is_active = False
    await spring.asave()
    await walk.tap("✅ Book")
    assert not await Booking.objects.aexists(), "nobody pays more than they were told"
    assert "🎟" not in (await walk.screen())["text"]
    await walk.tap("✅ Book")
    assert (await Booking.objects.aget()).price == (await Booking.objects.aget()).price.quantize(Decimal(1))


@CLIENTS
async def test_the_nearest_place_comes_first(walker: Walker, salon: Salon, client: int) -> None:
    await open_second_place(salon)
    walk = walker(client)
    await walk.say("/start")
    await walk.location(56.84, 60.60)
    first = (await walk.labels())[0]
    assert first == walk.word("Arbat")
    await walk.tap("Arbat")
    await walk.location(56.84, 60.60)  # asked for nothing of the kind here
    await walk.tap("📍 Change place")
    walk.check(f"nearest_place.{walk.language}")


@CLIENTS
async def test_specialists_with_their_rating_and_next_free_time(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    other = walker(ANNA.id if client != ANNA.id else JAMES.id)
    await other.say("/start")
    for stars, tg_id in ((5, client), (4, other.tg_id)):
        card = await past_visit(salon, tg_id, days_ago=6 if stars == 5 else 7)
        review = await Review.objects.acreate(booking_id=card.id, client_id=card.client.id, rating=stars)
        await review.specialists.aset([await Specialist.objects.aget(pk=salon.maria.pk)])
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("👤 Specialist")
    walk.check(f"specialist_cards.{walk.language}")


@pytest.mark.parametrize("services", [1, 8])
async def test_a_visit_holds_so_many_services_and_no_more(walker: Walker, salon: Salon, services: int) -> None:
    await open_second_place(salon)
    walk = walker(JAMES.id)
    await walk.say("/book")
    await walk.tap("Pokrovka")
    await walk.say("Haircut")
    await walk.tap("➕ Another service")
    names = ["Manicure", *(f"Service {number}" for number in range(6))]
    for name in names[: services - 1]:
        await walk.tap(name)
    text = (await walk.screen())["text"]
    if services == 8:
        button = next(label for label in await walk.labels() if not label.startswith("✓"))
        assert await walk.tap(button) == "A visit has 8 services at most."
        assert (await walk.screen())["text"] == text
    await walk.tap("✅ Done")
    assert "Haircut" in (await walk.screen())["text"]


async def test_the_list_of_visits_leads_to_each_and_to_what_can_be_taken_along(
    walker: Walker, salon: Salon
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await visit(salon, JAMES.id, datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    await walk.say("/bookings")
    assert "📅 To calendar" in await walk.labels(), "a single visit is there whole"
    await visit(salon, JAMES.id, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    await walk.say("/bookings")
    assert "📅 To calendar" not in await walk.labels(), "the list stays short"
    await walk.tap("📄 2")
    assert "Wednesday, 25 November" in (await walk.screen())["text"]
    assert "📅 To calendar" in await walk.labels()
    await walk.tap("✖️ Cancel")
    await walk.tap("No, keep it")
    assert "Wednesday, 25 November" in (await walk.screen())["text"], "back at the visit, not at the list"
    assert "📅 To calendar" in await walk.labels()


@CLIENTS
async def test_a_visit_is_taken_along_to_ones_own_calendar(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    card = await visit(salon, client, datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    menu = (await walk.screen())["message_id"]
    await walk.stale(menu, f"b:{card.id}:{card.version}:open")
    await walk.tap("📅 To calendar")
    file = (await walk.bot_messages())[-1]
    assert (file["kind"], file["text"]) == (
        "document",
        {
            "en": "Open the file to add the visit to your calendar.",
            "ru": "Откройте файл, чтобы добавить запись в календарь.",
        }[walk.language],
    )
    assert (await walk.screen())["message_id"] == menu, "the menu stays where it is"


async def test_the_file_of_somebody_elses_visit_does_not_exist(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    card = await visit(salon, ANNA.id, datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    walk = walker(JAMES.id)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], f"b:{card.id}:{card.version}:ics")
    assert toast == "This visit can't be found any more."


async def test_a_code_takes_off_the_price_of_the_only_specialist(walker: Walker, salon: Salon) -> None:
    await Promotion.objects.acreate(code="SPRING", kind=DiscountKind.PERCENT, value=10, min_price=1700)
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, datetime(2026, 11, 24, 7, tzinfo=UTC))  # Maria is busy, Kate takes 1800
    walk = walker(JAMES.id)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("🎟 Promo code")
    await walk.say("spring")
    text = (await walk.screen())["text"]
    assert "180" in text
    assert "1,620" in text
    await walk.tap("✅ Book")
    booking = await Booking.objects.aget(client__tg_id=JAMES.id)
    assert (booking.discount, booking.price) == (Decimal(180), Decimal(1620))


async def test_what_is_shown_before_book_is_what_is_booked(walker: Walker, salon: Salon) -> None:
    """Nobody was chosen, and two could give the haircut at two prices: the summary says who will, and for how much."""
    walk = walker(JAMES.id)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("➕ Another service")
    await walk.tap("Colouring")
    await walk.tap("Manicure")
    await walk.tap("✅ Done")
    await walk.say("24.11 10:00")
    shown = (await walk.screen())["text"]
    await walk.tap("✅ Book")
    booking = await Booking.objects.aget()
    items = [item async for item in booking.items.order_by("position")]
    names = {salon.maria.pk: "Maria", salon.kate.pk: "Kate"}
    assert f"💳 ₽{booking.price:,.0f}\n" in f"{shown}\n"
    for item in items:
        at = item.starts_at.astimezone(ZoneInfo("Europe/Moscow"))
        assert f"✨ {at:%H:%M} {item.service_name.localize('en')} – {names[item.specialist_id]}" in shown


async def test_a_menu_that_nobody_remembers_is_taken_over_and_the_other_goes(walker: Walker) -> None:
    """A worker was killed after it had sent a menu and before it wrote that down; its update came again."""
    walk = walker(JAMES.id)
    await walk.say("/start")
    known = await walk.screen()
    buttons = [[InlineKeyboardButton(text="My visits", callback_data="g:mine")]]
    orphan = await walk.runtime.bot.send_message(
        walk.tg_id, "The menu", reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons)
    )
    await walk.settle()
    await walk.tap("My visits")
    live = await walk.screen()
    assert (live["message_id"], live["text"].splitlines()[0]) == (orphan.message_id, "My visits")
    assert known["message_id"] not in {message["message_id"] for message in await walk.bot_messages()}


async def test_a_forgotten_menu_of_an_earlier_booking_explains_itself(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/book")
    buttons = [[InlineKeyboardButton(text="Book it", callback_data="y:zzzzzzzz")]]
    await walk.runtime.bot.send_message(
        walk.tg_id, "An old summary", reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons)
    )
    await walk.settle()
    assert await walk.tap("Book it") == "This button belongs to an earlier booking. Here is the current one."
    assert (await walk.screen())["text"].startswith("Choose a service")
