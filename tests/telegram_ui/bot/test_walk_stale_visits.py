"""Buttons of visits that have changed, have begun, or are somebody else's."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM, Actor
from bookings.enums import Door, Role
from bookings.models import Booking
from bookings.services.cancel_booking import cancel_booking
from notifications.actions import Action
from telegram_ui.keyboards.actions import render_actions
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, NOW, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon


@CLIENTS
async def test_buttons_of_a_visit_that_changed_show_it_as_it_is(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    card = await visit(salon, client, NOW.replace(day=24, hour=12))
    await walk.press("🗂 My visits")
    await walk.tap("✖️ Cancel")
    yes = await walk.data_of("Yes, cancel it")
    await sync_to_async(cancel_booking)(actor=SYSTEM, booking_id=card.id)
    await walk.stale(*yes)
    move = f"b:{card.id}:{card.version}:move"
    await walk.stale(yes[0], move)
    walk.check(f"visit_changed.{walk.language}")


@CLIENTS
async def test_a_move_of_what_was_called_off_meanwhile_leads_to_the_visit(
    walker: Walker, salon: Salon, client: int
) -> None:
    """Whatever is done at any step of it, once: nothing of that move is left to be pressed."""
    walk = walker(client)
    await walk.say("/start")
    card = await visit(salon, client, NOW.replace(day=24, hour=12))
    await walk.press("🗂 My visits")
    await walk.tap("🔄 Move")
    await walk.tap("Tomorrow", " 10:00")
    await sync_to_async(cancel_booking)(
        actor=await staff_of(salon), booking_id=card.id, reason="specialist_absent"
    )
    message_id, confirm = await walk.data_of("✅ Move")
    assert await walk.tap("✅ Move") == walk.word(
        "This visit has changed in the meantime. Here it is as it is now."
    )
    shown = await walk.screen()
    assert walk.word("✖️ cancelled") in shown["text"]
    assert walk.word("✅ Move") not in await walk.labels()
    await walk.stale(message_id, confirm)
    assert (await Booking.objects.aget()).status == "cancelled"
    walk.check(f"move_called_off.{walk.language}")


@pytest.mark.parametrize("said", ["tomorrow 12:00", "nonsense"])
async def test_words_at_a_step_of_such_a_move_lead_to_the_visit_too(
    walker: Walker, salon: Salon, said: str
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    card = await visit(salon, JAMES.id, NOW.replace(day=24, hour=12))
    await walk.press("🗂 My visits")
    await walk.tap("🔄 Move")
    await sync_to_async(cancel_booking)(actor=SYSTEM, booking_id=card.id)
    await walk.say(said)
    assert "✖️ cancelled" in (await walk.screen())["text"]


async def staff_of(salon: Salon) -> Actor:
    """Maria, at her phone."""
    return Actor(user_id=salon.maria.user_id, role=Role.SPECIALIST, door=Door.BOT, specialist_id=salon.maria.pk)


@CLIENTS
async def test_another_time_for_a_visit_that_was_called_off_is_never_that_time(
    walker: Walker, salon: Salon, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    card = await visit(salon, client, NOW.replace(day=24, hour=7))  # the nearest time of tomorrow
    await sync_to_async(cancel_booking)(
        actor=await staff_of(salon), booking_id=card.id, reason="specialist_absent"
    )
    await walk.runtime.bot.send_message(
        walk.tg_id, "Cancelled", reply_markup=render_actions(((Action("booking.again", (card.id,), "AGAIN"),),))
    )
    await walk.settle()
    await walk.tap("AGAIN")
    offered = [label for label in await walk.labels_of_menu() if ":" in label]
    assert offered, "other times, not a question whether it is to be booked"
    tomorrow = walk.word("Tomorrow")
    assert not {f"{tomorrow} 10:00", f"{tomorrow} 10:30"} & set(offered), "an hour from ten she cannot come"
    assert f"{tomorrow} 11:00" in offered
    # Typed, it is no free time either.
    await walk.say("завтра 10:00" if walk.language == "ru" else "tomorrow 10:00")
    assert await Booking.objects.acount() == 1
    assert walk.word("✅ Book") not in await walk.labels_of_menu()
    walk.check(f"again_elsewhere.{walk.language}")


@CLIENTS
async def test_cancelling_twice_is_cancelling_once(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await visit(salon, client, NOW.replace(day=24, hour=12))
    await walk.press("🗂 My visits")
    await walk.tap("✖️ Cancel")
    message_id, data = await walk.data_of("Yes, cancel it")
    await walk.tap_data(message_id, data, twice=True)
    assert (await Booking.objects.aget()).status == "cancelled"
    text = (await walk.screen())["text"]
    assert "is cancelled" in text or "Запись отменена" in text


@CLIENTS
async def test_too_late_to_change_says_so_at_once_and_whom_to_call(
    walker: Walker, salon: Salon, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    await visit(salon, client, NOW.replace(hour=7, minute=30))  # in an hour and a half
    await walk.press("🗂 My visits")
    await walk.tap("✖️ Cancel")
    assert (await Booking.objects.aget()).status == "confirmed"
    walk.check(f"too_late.{walk.language}")


async def test_a_visit_that_has_begun_has_no_buttons_that_change_it(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    card = await visit(salon, JAMES.id, NOW.replace(hour=7, minute=30))
    await Booking.objects.aupdate(starts_at=NOW - timedelta(minutes=5))
    await walk.stale((await walk.screen())["message_id"], f"b:{card.id}:{card.version}:open")
    labels = await walk.labels()
    assert labels
    assert not [label for label in labels if label[0] in "🔄✖"]


@pytest.mark.parametrize("change", ["open", "cancel?", "cancel", "move", "done", "noshow", "confirm"])
async def test_somebody_elses_visit_does_not_exist(walker: Walker, salon: Salon, change: str) -> None:
    walk, other = walker(JAMES.id), walker(ANNA.id)
    await other.say("/start")
    card = await visit(salon, ANNA.id, NOW.replace(day=24, hour=12))
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], f"b:{card.id}:{card.version}:{change}")
    assert toast == "This visit can't be found any more."
    assert (await Booking.objects.aget()).status == "confirmed"


async def test_a_day_of_staff_is_closed_to_clients(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    for specialist in (0, salon.maria.pk):
        toast = await walk.stale((await walk.screen())["message_id"], f"k:{specialist}:739943:0")
        assert toast == "This part is for the team."


async def test_a_repeat_of_somebody_elses_visit_is_refused(walker: Walker, salon: Salon) -> None:
    walk, other = walker(JAMES.id), walker(ANNA.id)
    await other.say("/start")
    card = await past_visit(salon, ANNA.id, days_ago=6)
    await walk.say("/start")
    assert (
        await walk.stale((await walk.screen())["message_id"], f"r:{card.id}")
        == "This visit can't be found any more."
    )
