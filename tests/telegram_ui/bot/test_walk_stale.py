"""Old buttons, double taps, and things that changed in between: always an answer, never a wrong deed."""

import pytest
import time_machine
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.cards import load_booking_card
from bookings.models import Booking, Service, Specialist, User
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from telegram_ui import runtime as runtime_module
from tests.telegram_ui.bot.conftest import CLIENTS, JAMES, KATE, NOW, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.stale import to_confirm


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


async def test_of_several_services_only_the_one_that_is_gone_is_dropped(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("➕ Another service")
    await walk.tap("Manicure")
    await Service.objects.filter(pk=salon.manicure.pk).aupdate(is_active=False)
    await walk.tap("✅ Done")
    text = (await walk.screen())["text"]
    assert text.startswith(
        "One of the services can no longer be booked. Here is the visit without it.\n\nHaircut\n"
    )


async def test_a_visit_moves_to_somebody_else_when_its_specialist_has_left(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await visit(salon, JAMES.id, NOW.replace(day=24, hour=12))
    await Specialist.objects.filter(pk=salon.maria.pk).aupdate(is_active=False)
    await walk.say("/bookings")
    await walk.tap("🔄 Move")
    assert (await walk.screen())["text"].startswith(
        "This specialist takes no bookings any more. Here is who does."
    )
    await Service.objects.filter(pk=salon.haircut.pk).aupdate(is_active=False)
    await walk.say("/bookings")
    said = await walk.tap("🔄 Move")
    assert said.startswith("Who was to give this visit takes no bookings any more, so it can't be moved here.")
    assert said.endswith("+7 495 123-45-67")


async def test_a_visit_of_several_moves_to_whoever_is_free(walker: Walker, salon: Salon) -> None:
    """Kate is not there on Wednesdays, and leaves for good in the end."""
    walk = walker(JAMES.id)
    await walk.say("/start")
    client = await User.objects.aget(tg_id=JAMES.id)
    items = (ItemRequest(salon.haircut.pk, salon.kate.pk), ItemRequest(salon.manicure.pk, salon.maria.pk))
    card = await sync_to_async(create_booking)(
        actor=SYSTEM, client_id=client.pk, location_id=salon.location.pk, items=items,
        starts_at=NOW.replace(day=24, hour=12),
    )  # fmt: skip
    await walk.say("/bookings")
    await walk.tap("🔄 Move")
    await walk.say("25.11")
    assert (await walk.screen())["text"].startswith("There are no visits for this on that day.")
    await walk.tap("‹ Back")
    await walk.tap("👥 Whoever is free")
    await walk.say("25.11 10:00")
    assert "Maria" in (await walk.screen())["text"]
    await walk.tap("✅ Move")
    moved = await sync_to_async(load_booking_card)(card.id)
    assert [item.specialist_id for item in moved.items] == [salon.maria.pk] * 2
    assert moved.starts_at == NOW.replace(day=25, hour=7)
