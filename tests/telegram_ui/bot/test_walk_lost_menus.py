"""Menus that were deleted, never arrived, or could not be answered; and a Redis that was emptied."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from bookings.models import Booking, User
from bookings.services.users import mark_bot_blocked
from telegram_ui.keyboards import main as keyboards
from tests.telegram_ui.bot.conftest import ANNA, JAMES, KATE, NOW, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.stale import to_confirm


async def test_with_redis_emptied_a_button_still_leads_on(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await to_confirm(walk)
    await walk.runtime.redis.flushall()
    toast = await walk.tap("✅ Book")
    assert toast == "That booking was not finished in time. Let's start afresh."
    await walk.tap("📅 Book a visit")


async def test_a_menu_the_client_deleted_is_sent_anew(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    live = await walk.screen()
    data = live["inline_keyboard"][0][0]["callback_data"]
    await walk.runtime.bot.delete_message(JAMES.id, live["message_id"])
    await walk.stale(live["message_id"], data)
    shown = await walk.screen()
    assert shown["message_id"] > live["message_id"]
    assert shown["text"].startswith("Choose a service")


async def test_news_that_is_none_leaves_the_menu_its_buttons(walker: Walker, salon: Salon) -> None:
    """The action of a notification, pressed with crafted data on the menu itself."""
    walk, other = walker(KATE.id), walker(ANNA.id)
    await other.say("/start")
    card = await visit(salon, ANNA.id, NOW.replace(day=24, hour=12))
    await walk.say("/start")
    live = await walk.screen()
    for name in ("open", "done", "coming"):
        toast = await walk.stale(live["message_id"], f"n:{name}:{card.id}")
        assert toast == "This button is out of date. Here is how things are now."
        assert (await walk.screen())["inline_keyboard"] == live["inline_keyboard"]


async def test_of_two_menus_after_a_lost_answer_the_pressed_one_lives(walker: Walker) -> None:
    """Telegram took the menu and its answer got lost: the bot tries again, and nobody knows of the first one."""
    walk = walker(JAMES.id)
    await walk.say("/start")
    lost = await walk.runtime.bot.send_message(JAMES.id, "A menu", reply_markup=keyboards.only_menu())
    await walk.settle()
    await walk.tap_data(lost.message_id, "g:about")
    shown = await walk.screen()
    assert shown["message_id"] == lost.message_id
    assert shown["text"].startswith("Lavender Studio")


async def test_a_press_that_cannot_be_answered_is_still_acted_on(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await to_confirm(walk)
    message_id, data = await walk.data_of("✅ Book")
    await walk.tap_unanswerable(message_id, data)
    assert await Booking.objects.acount() == 1
    assert (await walk.screen())["text"].startswith("You are booked!")


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        ({"kind": "server_error", "times": 1}, True),
        ({"kind": "reset", "times": 1}, True),
        ({"kind": "throttle", "retry_after": 1, "times": 1}, True),
        ({"kind": "throttle", "retry_after": 30, "times": 1}, False),
    ],
)
async def test_an_answer_that_failed_once_is_given_again(
    walker: Walker, fault: dict[str, Any], answered: bool
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    message_id, data = await walk.data_of("ℹ️ About us")
    assert (await walk.tap_while(message_id, data, **fault) is not None) == answered
    assert (await walk.screen())["text"].startswith("Lavender Studio")


async def test_nobody_is_left_to_see_the_menu_of_a_blocked_bot(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    live = await walk.screen()
    data = live["inline_keyboard"][0][0]["callback_data"]
    await walk.tap_and_block(live["message_id"], data)
    assert (await walk.screen())["text"] == live["text"]


async def test_who_writes_is_no_longer_taken_to_have_blocked_the_bot(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await sync_to_async(mark_bot_blocked)(tg_id=JAMES.id, blocked=True)
    await walk.say("/start")
    assert not (await User.objects.aget(tg_id=JAMES.id)).bot_blocked
