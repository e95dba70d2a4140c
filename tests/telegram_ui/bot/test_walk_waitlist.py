"""A day is full: waiting, being offered a time, taking it or not."""

from datetime import datetime

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.models import Booking, WaitlistEntry
from bookings.read_models import BookingCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.waitlist_matching import expire_offers
from notifications.actions import Action
from telegram_ui.keyboards.actions import render_actions
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, KATE, NOW, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk


async def full_wednesday(salon: Salon) -> list[BookingCard]:
    """Maria, who is alone on Wednesdays, is booked from 10:00 to 19:00 in Moscow."""
    return [await visit(salon, KATE.id, NOW.replace(day=25, hour=hour)) for hour in range(7, 16)]


async def offer(walk: Walk, freed: BookingCard) -> int:
    """Somebody cancels, and the client gets the message that notifications send; returns its id."""
    await sync_to_async(cancel_booking)(actor=SYSTEM, booking_id=freed.id)
    assert await sync_to_async(expire_offers)() == 1
    entry = await WaitlistEntry.objects.alatest("pk")
    rows = ((Action("waitlist.take", (entry.pk,), "TAKE"), Action("waitlist.decline", (entry.pk,), "NO")),)
    text = "Освободилось время" if walk.language == "ru" else "A time is free"
    message = await walk.runtime.bot.send_message(walk.tg_id, text, reply_markup=render_actions(rows))
    await walk.settle()
    return message.message_id


async def join(walk: Walk) -> None:
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("📆 Another day")
    await walk.tap("✕")
    await walk.tap("🔔 Any time")


@CLIENTS
async def test_a_full_day_is_waited_for_and_the_time_that_comes_is_taken(
    walker: Walker, salon: Salon, client: int
) -> None:
    visits = await full_wednesday(salon)
    walk = walker(client)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("📆 Another day")
    await walk.tap("✕")
    await walk.tap("‹ Back")
    await walk.say("25.11")
    await walk.say("hm")
    await walk.tap("Morning")
    await walk.tap("🗂 My visits")
    await walk.tap("✖️ Leave the waitlist")
    await join(walk)
    asked = await offer(walk, visits[3])
    await walk.tap("TAKE")
    booking = await Booking.objects.alatest("pk")
    assert (booking.starts_at, booking.client_id) == (
        datetime.fromisoformat("2026-11-25T10:00:00+00:00"),
        (await WaitlistEntry.objects.alatest("pk")).client_id,
    )
    entry = await WaitlistEntry.objects.alatest("pk")
    await walk.stale(asked, f"u:{entry.pk}:take")
    said = await walk.stale(asked, f"u:{entry.pk}:decline")
    assert said == walk.word("You have already taken this time.")
    assert await Booking.objects.acount() == 10, "taken once"
    walk.check(f"waitlist.{walk.language}")


@CLIENTS
async def test_an_offer_is_declined_and_the_client_waits_on(walker: Walker, salon: Salon, client: int) -> None:
    visits = await full_wednesday(salon)
    walk = walker(client)
    await join(walk)
    asked = await offer(walk, visits[0])
    await walk.tap("NO")
    entry = await WaitlistEntry.objects.aget()
    assert entry.state == "waiting"
    await walk.stale(asked, f"u:{entry.pk}:take")
    await walk.say("/bookings")
    assert await Booking.objects.filter(client__tg_id=client).acount() == 0
    walk.check(f"waitlist_declined.{walk.language}")


async def test_other_times_are_looked_at_while_the_offer_stands(walker: Walker, salon: Salon) -> None:
    visits = await full_wednesday(salon)
    walk = walker(JAMES.id)
    await join(walk)
    asked = await offer(walk, visits[0])
    entry = await WaitlistEntry.objects.aget()
    await walk.stale(asked, f"u:{entry.pk}:other")
    assert (await walk.bot_messages())[-1]["text"].endswith("Nearest times:")
    await entry.arefresh_from_db()
    assert entry.state == "offered"
    await walk.tap_data(asked, f"u:{entry.pk}:take")
    assert await Booking.objects.filter(client__tg_id=JAMES.id).acount() == 1


async def test_somebody_was_faster(walker: Walker, salon: Salon) -> None:
    visits = await full_wednesday(salon)
    walk = walker(JAMES.id)
    await join(walk)
    await offer(walk, visits[0])
    await visit(salon, KATE.id, visits[0].starts_at)
    said = await walk.tap("TAKE")
    assert said == "Somebody was faster. You are still on the waitlist; here is what is free now."
    assert (await walk.screen())["text"].endswith("Nearest times:")
    assert (await WaitlistEntry.objects.aget()).state == "waiting"


async def test_two_taps_join_once(walker: Walker, salon: Salon) -> None:
    await full_wednesday(salon)
    walk = walker(JAMES.id)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("📆 Another day")
    await walk.tap("✕")
    message_id, data = await walk.data_of("🔔 Any time")
    await walk.tap_data(message_id, data, twice=True)
    assert await WaitlistEntry.objects.acount() == 1
    assert (await walk.screen())["text"].startswith("You are on the waitlist")


@pytest.mark.parametrize("data", ["u:{id}:take", "u:{id}:decline", "ul:{id}"])
async def test_somebody_elses_place_in_the_line_does_not_exist(walker: Walker, salon: Salon, data: str) -> None:
    visits = await full_wednesday(salon)
    anna, walk = walker(ANNA.id), walker(JAMES.id)
    await join(anna)
    await offer(anna, visits[0])
    await walk.say("/start")
    entry = await WaitlistEntry.objects.aget()
    toast = await walk.stale((await walk.screen())["message_id"], data.format(id=entry.pk))
    assert toast in {
        "This visit can't be found any more.",
        "This button is out of date. Here is how things are now.",
    }
    await entry.arefresh_from_db()
    assert entry.state == "offered"
