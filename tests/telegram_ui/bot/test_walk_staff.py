"""What specialists and admins do in the bot, and buttons under the news they get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.models import Booking, Company, User
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from notifications.actions import Action
from telegram_ui.keyboards.actions import render_actions
from tests.telegram_ui.bot.conftest import (
    ANNA,
    CLIENTS,
    JAMES,
    KATE,
    LANGUAGES,
    MARIA,
    NOW,
    OLGA,
    OSCAR,
    Walker,
    speaking,
)
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])

AT_ELEVEN = NOW.replace(hour=8)
AT_TWO = NOW.replace(hour=11)


async def two_visits(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    await walker(JAMES.id).say("/start")
    await visit(salon, ANNA.id, AT_ELEVEN)
    await visit(salon, JAMES.id, AT_TWO)


@LANGUAGES
async def test_a_specialist_runs_the_day(
    walker: Walker, salon: Salon, frozen: time_machine.Traveller, language: str
) -> None:
    await two_visits(walker, salon)
    walk = await speaking(walker(MARIA.id), language)
    await walk.say("/start")
    await walk.tap("📋 My day")
    await walk.tap("11:00")
    frozen.move_to(datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    await walk.tap("‹ Back")
    await walk.tap("11:00")
    await walk.tap("🚫 Did not come")
    await walk.tap("↩️ Take the mark back")
    await walk.tap("✅ Came")
    await walk.tap("‹ Back")
    await walk.tap("14:00")
    await walk.tap("✖️ Cancel")
    await walk.say("Мастер заболел")
    assert (await Booking.objects.filter(status="cancelled").acount()) == 0, "words cancel nothing by themselves"
    await walk.tap("Yes, cancel it")
    await walk.tap("‹ Back")
    await walk.tap("Tomorrow")
    await walk.tap("🗓 Week")
    await walk.tap("Week after ›")
    await walk.say("/today")
    await walk.say("/tomorrow")
    await walk.say("/week")
    statuses = [booking.status async for booking in Booking.objects.order_by("starts_at")]
    assert statuses == ["done", "cancelled"]
    cancelled = await Booking.objects.aget(status="cancelled")
    assert (await cancelled.history.alatest("pk")).reason == "Мастер заболел"
    walk.check(f"specialist.{language}")


async def test_a_specialist_sees_their_part_of_a_visit(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    await sync_to_async(create_booking)(
        actor=SYSTEM,
        client_id=(await User.objects.aget(tg_id=ANNA.id)).pk,
        location_id=salon.location.pk,
        items=(
            ItemRequest(salon.haircut.pk, salon.maria.pk),
            ItemRequest(salon.colouring.pk, salon.kate.pk),
        ),
        starts_at=AT_ELEVEN + timedelta(days=1),
    )
    walk = walker(KATE.id)
    await walk.say("/start")
    await walk.say("/tomorrow")
    assert "<b>12:00–14:00</b> Colouring – " in (await walk.screen())["html"]
    await walk.tap("12:00")
    shown = (await walk.screen())["html"]
    assert "12:00–14:00</b>\n✨ Colouring\n👤 Kate\n" in shown
    assert "₽4,500" in shown

    admin = walker(OSCAR.id)
    await admin.say("/start")
    await admin.say("/tomorrow")
    await admin.tap("Maria")
    await admin.tap("11:00")
    shown = (await admin.screen())["html"]
    assert "11:00–14:00</b>\n✨ 11:00 Haircut – Maria\n✨ 12:00 Colouring – Kate\n" in shown
    assert "₽6,000" in shown


@ADMINS
async def test_an_admin_runs_everybodys_day(walker: Walker, salon: Salon, admin: int) -> None:
    await two_visits(walker, salon)
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("📋 Today's visits")
    await walk.tap("Maria")
    await walk.tap("11:00")
    await walk.tap("🔄 Move")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Move")
    await walk.say("/today")
    await walk.tap("Maria")
    await walk.tap("14:00")
    await walk.tap("✖️ Cancel")
    await walk.tap("No, keep it")
    await walk.tap("✖️ Cancel")
    await walk.tap("The specialist can't come")
    await walk.tap("‹ Back")
    await walk.tap("👥 Everybody")
    await walk.tap("🗓 Week")
    moved, cancelled = [b async for b in Booking.objects.order_by("pk")]
    assert moved.starts_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert cancelled.status == "cancelled"
    # Stored without a language: whoever reads it reads their own.
    assert (await cancelled.history.alatest("pk")).reason == "specialist_absent"
    walk.check(f"admin.{walk.language}")


@ADMINS
async def test_staff_book_for_themselves_like_anybody(walker: Walker, admin: int) -> None:
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Book")
    assert (await Booking.objects.select_related("client").aget()).client.tg_id == admin
    await walk.press("🗂 My visits")
    await walk.tap("✖️ Cancel")
    await walk.tap("Yes, cancel it")
    assert (await Booking.objects.aget()).status == "cancelled"


async def news(walk: Walk, text: str, *actions: str, booking_id: int) -> int:
    """A message as notifications send it; returns its id."""
    # Upper case, so that no catalogue has a translation of it.
    rows = (tuple(Action(name, (booking_id,), name.removeprefix("booking.").upper()) for name in actions),)
    message = await walk.runtime.bot.send_message(walk.tg_id, text, reply_markup=render_actions(rows))
    await walk.settle()
    return message.message_id


async def test_the_completion_card_is_answered_once_and_for_all(
    walker: Walker, salon: Salon, frozen: time_machine.Traveller
) -> None:
    await two_visits(walker, salon)
    frozen.move_to(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    olga, oscar = walker(OLGA.id), walker(OSCAR.id)
    booking = await Booking.objects.aearliest("starts_at")
    await news(olga, "Клиент <b>пришёл</b>?", "booking.done", "booking.no_show", booking_id=booking.pk)
    await news(oscar, "Did the client come?", "booking.done", "booking.no_show", booking_id=booking.pk)
    await olga.say("/start")
    live = await olga.labels_of_menu()
    assert await olga.tap("DONE") == "Отмечено: клиент пришёл."
    assert await oscar.tap("NO_SHOW") == "This visit is already marked as done."
    await booking.arefresh_from_db()
    assert booking.status == "done"
    assert (await olga.bot_messages())[0]["html"] == "Клиент <b>пришёл</b>?\n\n<b>Отмечено: клиент пришёл.</b>"
    assert (await olga.bot_messages())[0]["inline_keyboard"] == []
    assert (await oscar.bot_messages())[0]["inline_keyboard"] == []
    assert await olga.labels_of_menu() == live


async def test_what_is_answered_after_a_change_of_language_stays_in_its_own(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    card = await visit(salon, JAMES.id, NOW.replace(day=24, hour=12))
    await news(walk, "Завтра в 15:00: James, стрижка", "booking.coming", booking_id=card.id)
    assert await walk.tap("COMING") == "Great, see you!"
    shown = [message["text"] for message in await walk.bot_messages()]
    assert "Завтра в 15:00: James, стрижка\n\nВы подтвердили, что придёте." in shown


@CLIENTS
async def test_the_buttons_of_a_reminder_open_below_it_and_leave_it_alone(
    walker: Walker, salon: Salon, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    card = await visit(salon, client, NOW.replace(day=24, hour=12))
    text = "Завтра в 15:00: стрижка" if walk.language == "ru" else "Tomorrow at 15:00: haircut"
    reminder = await news(walk, text, "booking.coming", "booking.move", "booking.cancel", booking_id=card.id)
    await walk.tap("MOVE")
    await walk.tap("CANCEL")
    await walk.tap("No, keep it")
    assert await walk.tap("COMING") == walk.word("Great, see you!")
    shown = next(m for m in await walk.bot_messages() if m["message_id"] == reminder)
    said = f"{text}\n\n{walk.word('You said that you are coming.')}"
    assert (shown["text"], shown["inline_keyboard"]) == (said, [])
    await walk.stale(reminder, f"n:coming:{card.id}")
    maria = walker(MARIA.id)
    await maria.say("/tomorrow")
    assert " 👍" in (await maria.screen())["text"]
    await maria.tap("15:00")
    assert "✅ подтверждена · 👍 клиент придёт" in (await maria.screen())["text"]
    walk.check(f"reminder.{walk.language}")


@LANGUAGES
async def test_pending_bookings_are_confirmed_by_staff(walker: Walker, salon: Salon, language: str) -> None:
    await Company.objects.all().aupdate(auto_confirm=False)
    walk = walker(JAMES.id)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("👤 Specialist")
    await walk.tap("Kate")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Book")
    assert (await walk.screen())["text"].startswith("Thank you, the request is in!")
    kate = await speaking(walker(KATE.id), language)
    await kate.say("/start")
    await kate.say("/tomorrow")
    await kate.tap("10:00")
    said = f"{kate.word('Confirmed.')} {kate.word('The client is being told.')}"
    assert await kate.tap("✅ Confirm") == said
    assert (await Booking.objects.aget()).status == "confirmed"
    kate.check(f"pending.{language}")


async def test_a_banned_client_reads_why(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await User.objects.filter(tg_id=JAMES.id).aupdate(is_banned=True)
    assert await walk.tap("✅ Book") == "Booking is closed for you. Please call us."
    assert not await Booking.objects.aexists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bot_blocked": True}, "Cancelled. The client has blocked the bot, please let them know: +447700900123."),
        ({"tg_id": None}, "Cancelled. The client has no Telegram, please let them know: +447700900123."),
    ],
)
async def test_staff_learn_that_a_client_has_to_be_called(
    walker: Walker, salon: Salon, change: dict[str, Any], said: str
) -> None:
    await two_visits(walker, salon)
    walk = walker(OSCAR.id)
    await walk.say("/today")
    await User.objects.filter(tg_id=JAMES.id).aupdate(phone="+447700900123", **change)
    await walk.tap("Maria")
    await walk.tap("14:00")
    await walk.tap("✖️ Cancel")
    assert await walk.tap("Without a reason") == said


async def test_staff_are_offered_times_without_the_notice_of_clients(walker: Walker, salon: Salon) -> None:
    await Company.objects.all().aupdate(min_notice_minutes=24 * 60, horizon_days=7)
    await two_visits(walker, salon)
    walk = walker(OSCAR.id)
    await walk.say("/today")
    await walk.tap("Maria")
    await walk.tap("14:00")
    await walk.tap("🔄 Move")
    assert any(label.startswith("Today") for label in await walk.labels())
    await walk.tap("📆 Another day")
    await walk.tap("›")
    assert "24" in await walk.labels(), "December lies beyond the horizon of clients"
