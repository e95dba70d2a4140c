"""Visits that no longer fit the calendar: those a change has just left so, and all there are."""

from datetime import date

import pytest

from bookings.enums import OverrideKind
from bookings.models import CalendarOverride
from tests.telegram_ui.bot.conftest import ANNA, JAMES, MARIA, NOW, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon

#: 11:00 in Moscow.
TUESDAY, WEDNESDAY = NOW.replace(day=24, hour=8), NOW.replace(day=25, hour=8)


async def closed_before(salon: Salon) -> None:
    """Anna's visit on Wednesday lost its time a while ago."""
    await visit(salon, ANNA.id, WEDNESDAY)
    day = date(2026, 11, 25)
    await CalendarOverride.objects.acreate(
        kind=OverrideKind.CLOSED, specialist=salon.maria, date_from=day, date_to=day
    )


@pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])
async def test_a_change_names_the_visits_it_has_left_without_their_time(
    walker: Walker, salon: Salon, admin: int
) -> None:
    """Of a day off, of weekly hours, of a place that closes: only those that fitted before, each with a button."""
    for person in (ANNA, JAMES):
        await walker(person.id).say("/start")
    await closed_before(salon)
    await visit(salon, JAMES.id, TUESDAY)
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📆 ", "Days off")
    await walk.tap("➕ New day off")
    await walk.tap("⛔ Closed")
    await walk.say(walk.word("Maria"))
    await walk.say("24.11")
    await walk.tap("Skip")
    message, save = await walk.data_of("✅ Save")
    await walk.tap("✅ Save")
    assert await walk.tap_data(message, save) == walk.word("Added."), "a second tap"
    assert await CalendarOverride.objects.acount() == 2
    await walk.tap("🗑 Delete")
    await walk.tap("Yes, delete")
    await walk.tap("‹ Back")
    await walk.tap("📍 ", "Locations")
    await walk.tap("Pokrovka")
    await walk.tap("🕘 Working hours")
    await walk.say("вт 15-19" if walk.language == "ru" else "tue 15-19")
    await walk.say("?")
    await walk.tap("Tu")
    await walk.say("10-19")
    await walk.tap("‹ Back")
    await walk.tap("🗄 Archive")
    await walk.tap("Yes, archive")
    await walk.tap("‹ Back")
    await walk.tap("♻️ Offer again")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    await walk.tap("⚠️ Clashes")
    await walk.say("hm")
    await walk.tap("Wed" if walk.language == "en" else "ср")
    await walk.tap("✖️ Cancel")
    await walk.tap("No, keep it")
    await walk.tap("‹ Back")
    walk.check(f"clashes.{walk.language}")


async def test_what_a_specialist_leaves_strands_their_visits_there(walker: Walker, salon: Salon) -> None:
    """A tick among many says so at once."""
    await walker(JAMES.id).say("/start")
    await visit(salon, JAMES.id, TUESDAY)
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("👩‍🎨 Specialists")
    await walk.tap("Maria")
    await walk.tap("Works at")
    await walk.tap("✅ Pokrovka")
    assert "⚠️ 1 visit no longer fits." in (await walk.screen())["text"]
    await walk.tap("‹ Back")
    await walk.tap("Works at")
    await walk.tap("⬜️ Pokrovka")
    await walk.tap("Done")
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("⚠️ Clashes")
    assert "Every visit ahead fits the calendar." in (await walk.screen())["text"]


@pytest.mark.parametrize("person", [JAMES.id, MARIA.id])
async def test_clashes_are_for_admins(walker: Walker, person: int) -> None:
    walk = walker(person)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], "g:clashes")
    assert toast in ("This part is for the team.", "Этот раздел – для сотрудников.")
