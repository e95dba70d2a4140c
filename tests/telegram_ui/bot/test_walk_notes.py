"""What a specialist knows of a client: notes, how they come, that they are coming; and how they themselves are doing."""

from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import sync_to_async

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import Booking, ClientNote, User
from bookings.services.forget_client import forget_client
from tests.telegram_ui.bot.conftest import ANNA, JAMES, KATE, MARIA, NOW, OSCAR, TEAM, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon

AT_ELEVEN = NOW.replace(hour=8)


@TEAM
async def test_a_client_is_written_about_and_remembered(walker: Walker, salon: Salon, who: int) -> None:
    await walker(ANNA.id).say("/start")
    await past_visit(salon, ANNA.id, days_ago=14)
    await visit(salon, ANNA.id, AT_ELEVEN)
    walk = walker(who)
    await walk.say("/today")
    if who == OSCAR.id:
        await walk.tap("Maria")
    await walk.tap("11:00")
    await walk.tap("📝 Note")
    await walk.tap("‹ Back")
    await walk.tap("📝 Note")
    await walk.say("x" * 1001, shown="(1001 letters)")
    await walk.say("Likes <b>it</b> short & quiet")
    await walk.tap("🙂 Client")
    await walk.tap("📝 Change note")
    await walk.tap("‹ Back")
    await walk.tap("📝 Change note")
    await walk.say("Allergic to ammonia")
    await walk.tap("📝 Change note")
    await walk.tap("🗑 Remove")
    await walk.tap("‹ Back")
    assert not await ClientNote.objects.aexists()
    walk.check(f"notes.{walk.language}")


async def test_two_taps_remove_a_note_once_and_a_slow_one_is_harmless(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, AT_ELEVEN)
    walk = walker(KATE.id)
    await walk.say("/start")
    anna = await User.objects.aget(tg_id=ANNA.id)
    menu = (await walk.screen())["message_id"]
    said = await walk.stale(menu, f"in:{anna.pk}:ask:0:0")
    assert said == "This visit can't be found any more.", "Kate has nothing to do with Anna"
    maria = walker(MARIA.id)
    await maria.say("/today")
    await maria.tap("11:00")
    await maria.tap("📝 Note")
    await maria.say("Тише едешь")
    await maria.tap("📝 Change note")
    message_id, data = await maria.data_of("🗑 Remove")
    assert await maria.tap_data(message_id, data, twice=True) == "Заметка удалена."
    assert not await ClientNote.objects.aexists()


@pytest.mark.parametrize("data", ["in:1:ask:0:0", "in:1:del:1:1", "ib:1", "kf:1:0:739943", "kf:1:1:739943"])
async def test_clients_read_no_notes_and_no_figures(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast == "This part is for the team."


async def test_whoever_was_forgotten_leaves_a_card_without_history(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    card = await past_visit(salon, ANNA.id, days_ago=14)
    anna = await User.objects.aget(tg_id=ANNA.id)
    await sync_to_async(forget_client)(actor=Actor(Role.CLIENT, Door.BOT, user_id=anna.pk))
    walk = walker(MARIA.id)
    await walk.say("/start")
    menu = (await walk.screen())["message_id"]
    await walk.stale(menu, f"b:{card.id}:1:open")
    assert "🙂 Клиент" not in await walk.labels()
    assert await walk.stale(menu, f"ib:{card.id}") == "Этой записи больше нет."


@TEAM
async def test_figures_of_weeks_and_months(
    walker: Walker, salon: Salon, frozen: time_machine.Traveller, who: int
) -> None:
    await walker(ANNA.id).say("/start")
    await past_visit(salon, ANNA.id, days_ago=7)
    await visit(salon, ANNA.id, AT_ELEVEN)
    await visit(salon, ANNA.id, AT_ELEVEN + timedelta(days=1))
    await Booking.objects.filter(starts_at=AT_ELEVEN).aupdate(status="no_show")
    walk = walker(who)
    await walk.say("/today")
    if who == OSCAR.id:
        await walk.tap("Maria")
    await walk.tap("📈 Figures")
    await walk.tap("‹ Week before")
    await walk.tap("Week after ›")
    await walk.tap("By months")
    await walk.tap("‹ Month before")
    await walk.tap("By weeks")
    await walk.tap("‹ Back")
    await walk.say("/figures")
    walk.check(f"figures.{walk.language}")
