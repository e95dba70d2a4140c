"""Days and hours off, and the visits that stand in their way."""

from datetime import date, time

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.models import Booking, CalendarOverride, User
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from telegram_ui.understanding import Period, read_period
from tests.telegram_ui.bot.conftest import ANNA, JAMES, KATE, MARIA, NOW, OSCAR, TEAM, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon


@TEAM
async def test_days_and_hours_off(walker: Walker, salon: Salon, who: int) -> None:
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, NOW.replace(day=25, hour=8))
    walk = walker(who)
    await walk.say("/today")
    if who == OSCAR.id:
        await walk.stale((await walk.screen())["message_id"], f"k:{salon.maria.pk}:{NOW.date().toordinal()}:0")
    await walk.tap("🏖 Time off")
    await walk.say("some day")
    await walk.say("25.11 14:00-16:00")
    await walk.tap("↩️ Undo")
    await walk.say("25.11 - 27.11")
    await walk.tap(("ср 25.11" if walk.language == "ru" else "Wed 25 Nov") + " 11:00")
    await walk.say("/today")
    if who == OSCAR.id:
        await walk.stale((await walk.screen())["message_id"], f"k:{salon.maria.pk}:{NOW.date().toordinal()}:0")
    await walk.tap("🏖 Time off")
    await walk.tap("🏖 ", "Tomorrow")
    await walk.tap("‹ Back")
    await walk.tap("✖️ ")
    await walk.tap("‹ Back")
    left = await CalendarOverride.objects.aget(specialist=salon.maria)
    assert (left.date_from, left.date_to, left.starts_at) == (date(2026, 11, 25), date(2026, 11, 27), None)
    assert (await Booking.objects.aget()).status == "confirmed", "nobody is cancelled behind their back"
    walk.check(f"time_off.{walk.language}")


@TEAM
async def test_hours_that_end_before_they_begin_are_asked_about(walker: Walker, salon: Salon, who: int) -> None:
    walk = walker(who)
    await walk.say("/today")
    if who == OSCAR.id:
        await walk.stale((await walk.screen())["message_id"], f"k:{salon.maria.pk}:{NOW.date().toordinal()}:0")
    await walk.tap("🏖 Time off")
    await walk.say("25.11 14:00-13:00")
    await walk.tap("No, type it anew")
    assert not await CalendarOverride.objects.aexists()
    await walk.say("25.11 - 26.11 22:00-02:00")
    message_id, data = await walk.data_of("Yes, until the next day")
    await walk.tap_data(message_id, data, twice=True)
    await walk.say("25.11 14:00-00:00")
    night, evening = [each async for each in CalendarOverride.objects.order_by("pk")]
    assert (night.starts_at, night.ends_at, night.over_midnight) == (time(22), time(2), True)
    assert (evening.starts_at, evening.ends_at, evening.over_midnight) == (time(14), time(0), False)
    walk.check(f"night_off.{walk.language}")


async def test_a_specialist_reads_of_their_part_of_what_stands_in_the_way(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    await sync_to_async(create_booking)(
        actor=SYSTEM,
        client_id=(await User.objects.aget(tg_id=ANNA.id)).pk,
        location_id=salon.location.pk,
        items=(ItemRequest(salon.haircut.pk, salon.maria.pk), ItemRequest(salon.colouring.pk, salon.kate.pk)),
        starts_at=NOW.replace(day=24, hour=8),
    )
    walk = walker(KATE.id)
    await walk.say("/today")
    await walk.tap("🏖 Time off")
    await walk.say("24.11")
    shown = (await walk.screen())["text"]
    assert "12:00–14:00 Colouring" in shown
    assert "Haircut" not in shown
    await walk.tap("Tue 24 Nov 12:00")
    await walk.tap("✖️ Cancel")
    shown = (await walk.screen())["text"]
    assert "Haircut" not in shown
    assert "The whole visit is cancelled, colleagues' services too." in shown


async def test_two_taps_take_a_day_off_once(walker: Walker, salon: Salon) -> None:
    walk = walker(MARIA.id)
    await walk.say("/today")
    await walk.tap("🏖 Time off")
    message_id, data = await walk.data_of("🏖 ", "Tomorrow")
    assert await walk.tap_data(message_id, data, twice=True) == "Это время уже закрыто."
    assert await CalendarOverride.objects.acount() == 1


@pytest.mark.parametrize("data", ["ko:{id}", "ka:{id}:739943", "kr:{id}:1"])
@pytest.mark.parametrize("who", [JAMES.id, KATE.id], ids=["client", "colleague"])
async def test_somebody_elses_calendar_stays_closed(walker: Walker, salon: Salon, who: int, data: str) -> None:
    walk = walker(who)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data.format(id=salon.maria.pk))
    assert toast in {"This part is for the team.", "This visit can't be found any more."}
    assert not await CalendarOverride.objects.aexists()


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("25.11", Period(date(2026, 11, 25), date(2026, 11, 25))),
        ("25.11-30.11", Period(date(2026, 11, 25), date(2026, 11, 30))),
        ("с 25 ноября по 2 декабря", Period(date(2026, 11, 25), date(2026, 12, 2))),
        ("tomorrow 14:00-16:00", Period(date(2026, 11, 24), date(2026, 11, 24), time(14), time(16))),
        ("завтра с 14:00 до 16:30", Period(date(2026, 11, 24), date(2026, 11, 24), time(14), time(16, 30))),
        ("25.11 – 27.11 9:00–12:00", Period(date(2026, 11, 25), date(2026, 11, 27), time(9), time(12))),
        ("30.11-25.11", None),
        ("14:00-16:00", None),
        ("tomorrow 14:00-14:00", None),
        ("tomorrow 14:00-25:00", None),
        ("25.11 or 26.11", None),
        ("never", None),
        ("", None),
    ],
)
def test_periods_as_people_type_them(text: str, period: Period | None) -> None:
    assert read_period(text, TODAY) == period
