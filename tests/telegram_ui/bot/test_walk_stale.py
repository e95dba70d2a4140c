"""Old buttons, double taps, and things that changed in between: always an answer, never a wrong deed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM, Actor
from bookings.enums import Door, Role
from bookings.models import Booking, User
from bookings.services.cancel_booking import cancel_booking
from bookings.services.users import mark_bot_blocked
from notifications.actions import Action
from telegram_ui import runtime as runtime_module
from telegram_ui.keyboards import main as keyboards
from telegram_ui.keyboards.actions import render_actions
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, KATE, NOW, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk


async def to_confirm(walk: Walk) -> None:
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")


@CLIENTS
async def test_two_taps_on_confirm_give_one_booking_and_the_same_answer(walker: Walker, client: int) -> None:
    walk = walker(client)
    await to_confirm(walk)
    message_id, data = await walk.data_of("✅ Book")
    await walk.tap_data(message_id, data, twice=True)
    assert await Booking.objects.acount() == 1
    receipt = await walk.screen()
    await walk.stale(message_id, data)
    assert await Booking.objects.acount() == 1
    assert await walk.screen() == receipt


@pytest.mark.parametrize("data", ["the old confirm", "garbage"])
async def test_a_cancelled_booking_is_never_announced_again(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await to_confirm(walk)
    message_id, confirm = await walk.data_of("✅ Book")
    await walk.tap("✅ Book")
    await walk.tap("✖️ Cancel")
    await walk.tap("Yes, cancel it")
    await walk.stale(message_id, confirm if data == "the old confirm" else data)
    booking = await Booking.objects.aget()
    assert booking.status == "cancelled"
    booked = [message for message in await walk.bot_messages() if "You are booked" in message["text"]]
    assert [message["inline_keyboard"] for message in booked] == [[]], "the one receipt of then, without buttons"


@CLIENTS
async def test_an_old_confirm_does_not_confirm_a_newer_draft(walker: Walker, client: int) -> None:
    walk = walker(client)
    await to_confirm(walk)
    old = await walk.data_of("✅ Book")
    await walk.press("📅 Book")
    await walk.tap("Manicure")
    toast = await walk.stale(*old)
    assert not await Booking.objects.aexists()
    assert toast in {
        "This button belongs to an earlier booking. Here is the current one.",
        "Эта кнопка от прежней записи. Вот текущая.",
    }
    assert walk.word("Manicure") in (await walk.screen())["text"]


BUTTONS_OF_A_FLOW = {
    "location": ("PickLocation", "l:{draft}:1"),
    "category": ("PickCategory", "c:{draft}:1"),
    "service": ("PickService", "v:{draft}:1"),
    "toggle": ("ToggleService", "e:{draft}:1"),
    "drop": ("Drop", "o:{draft}:note"),
    "wait": ("Wait", "j:{draft}:any"),
    "specialist": ("PickSpecialist", "w:{draft}:0"),
    "month": ("ShowMonth", "m:{draft}:202612"),
    "day": ("PickDay", "d:{draft}:739943"),
    "part": ("ShowPart", "p:{draft}:pm"),
    "time": ("PickTime", "t:{draft}:1795590000:0"),
    "step": ("ToStep", "s:{draft}:day:1"),
    "confirm": ("Confirm", "y:{draft}"),
}


@pytest.mark.parametrize("name", BUTTONS_OF_A_FLOW)
@CLIENTS
async def test_each_button_of_a_draft_that_is_gone_explains_itself(walker: Walker, client: int, name: str) -> None:
    walk = walker(client)
    await walk.say("/start")
    home = await walk.screen()
    data = BUTTONS_OF_A_FLOW[name][1].format(draft="gonegone")
    toast = await walk.stale(home["message_id"], data)
    assert toast in {
        "That booking was not finished in time. Let's start afresh.",
        "Та запись осталась незаконченной. Начнём сначала.",
    }
    assert (await walk.screen())["text"] == home["text"]
    assert not await Booking.objects.aexists()


@pytest.mark.parametrize(
    "data",
    ["", "x", "v:abcdefgh", "v:abcdefgh:99999999999999999999", "b:1:1:explode", "g:nowhere", "🙂" * 10, "k:1:5:0",
     "a:fr", "n:explode:1", "t:abcdefgh:99999999999:1", "d:abcdefgh:-5", "y:", ":" * 30],
)  # fmt: skip
async def test_malformed_data_is_answered_and_the_menu_is_there(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    home = await walk.screen()
    toast = await walk.stale(home["message_id"], data or "0")
    assert toast == "This button is out of date. Here is how things are now."
    assert (await walk.screen())["text"] == home["text"]


@CLIENTS
async def test_a_slot_taken_in_between_brings_fresh_times_and_keeps_the_draft(
    walker: Walker, salon: Salon, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("👤 Specialist")
    await walk.tap("Maria")
    await walk.tap("📆 Another day")
    await walk.tap("25")
    await walk.tap("11:00")
    await visit(salon, KATE.id, NOW.replace(day=25, hour=8))
    await walk.tap("✅ Book")
    assert await Booking.objects.acount() == 1
    assert "11:00" not in await walk.labels()
    await walk.tap("10:00")
    await walk.tap("✅ Book")
    assert await Booking.objects.acount() == 2
    walk.check(f"slot_taken.{walk.language}")


@CLIENTS
async def test_a_window_taken_in_between_brings_fresh_windows(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    old = await walk.data_of("Today", " 13:30")
    await visit(salon, KATE.id, NOW.replace(hour=10, minute=30))
    await walk.stale(*old)
    text = (await walk.screen())["text"]
    assert "just been taken" in text or "только что заняли" in text
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Book")
    walk.check(f"window_taken.{walk.language}")


@CLIENTS
async def test_a_service_that_is_gone_leads_to_another_choice(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await to_confirm(walk)
    salon.haircut.is_active = False
    await salon.haircut.asave()
    await walk.tap("✅ Book")
    assert not await Booking.objects.aexists()
    await walk.tap("Manicure")
    walk.check(f"service_gone.{walk.language}")


@CLIENTS
async def test_a_specialist_who_is_gone_leaves_the_others(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("👤 Specialist")
    await walk.tap("Kate")
    salon.kate.is_active = False
    await salon.kate.asave()
    await walk.tap("Tomorrow", " 10:00")
    walk.check(f"specialist_gone.{walk.language}")


@CLIENTS
async def test_a_place_that_closed_for_good_ends_in_the_menu(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await to_confirm(walk)
    salon.location.is_active = False
    await salon.location.asave()
    await walk.tap("✅ Book")
    assert not await Booking.objects.aexists()
    walk.check(f"place_gone.{walk.language}")


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


async def test_a_draft_survives_a_restart_and_a_days_pause(walker: Walker, frozen: time_machine.Traveller) -> None:
    walk = walker(JAMES.id)
    await to_confirm(walk)
    await walk.tap("‹ Back")
    await runtime_module.close_runtime()
    walk.runtime = await runtime_module.get_runtime()
    frozen.shift(20 * 3600)
    await walk.tap("Wed 25 Nov 10:00")
    await walk.tap("✅ Book")
    assert (await Booking.objects.aget()).starts_at.isoformat() == "2026-11-25T07:00:00+00:00"


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


#: A button of every kind that belongs to a draft, of a draft that is not there.
OF_A_DRAFT = (
    "s:zzzzzzzz:win:0", "l:zzzzzzzz:1", "c:zzzzzzzz:1", "v:zzzzzzzz:1", "e:zzzzzzzz:1", "w:zzzzzzzz:1", "wp:zzzzzzzz:1", "m:zzzzzzzz:202612",
    "d:zzzzzzzz:739943", "p:zzzzzzzz:am", "t:zzzzzzzz:1795867200:0", "y:zzzzzzzz", "o:zzzzzzzz:note", "j:zzzzzzzz:any",
    "se:zzzzzzzz:2", "st:zzzzzzzz:3", "s1:zzzzzzzz", "sy:zzzzzzzz:0",
)  # fmt: skip


@CLIENTS
async def test_every_button_of_another_draft_explains_itself(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/book")
    first_line = (await walk.screen())["text"].splitlines()[0]
    earlier = walk.word("This button belongs to an earlier booking. Here is the current one.")
    for data in OF_A_DRAFT:
        assert await walk.stale((await walk.screen())["message_id"], data) == earlier, data
        assert (await walk.screen())["text"].startswith(first_line), "the step that is open is drawn again"
    await walk.say("/menu")
    lost = walk.word("That booking was not finished in time. Let's start afresh.")
    for data in OF_A_DRAFT:
        assert await walk.stale((await walk.screen())["message_id"], data) == lost, data
