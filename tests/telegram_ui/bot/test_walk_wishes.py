"""What one wants to be told, what is stored about one, and being forgotten."""

from datetime import time

import pytest

from bookings.models import User
from notifications.models import NotificationPreferences
from telegram_ui.callbacks import ForgetMe
from telegram_ui.handlers.common.wishes import read_hours
from tests.telegram_ui.bot.conftest import CLIENTS, JAMES, NOW, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon


@CLIENTS
async def test_reminders_news_and_quiet_hours(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/profile")
    await walk.tap("🔔 Messages")
    await walk.tap("🔕 No reminders")
    await walk.tap("🚫 No news")
    await walk.tap("💌 Send me news")
    await walk.tap("🌙 Quiet hours")
    await walk.say("never")
    await walk.say("22:30 - 7")
    await walk.tap("🌙 Quiet hours")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    kept = await NotificationPreferences.objects.aget()
    assert (kept.reminders, kept.invitations, kept.quiet_from, kept.quiet_until) == (
        False,
        True,
        time(22, 30),
        time(7),
    )
    await walk.tap("🔔 Messages")
    await walk.tap("🌙 Quiet hours")
    await walk.tap("As usual here")
    await kept.arefresh_from_db()
    assert kept.quiet_from is None
    walk.check(f"wishes.{walk.language}")


@CLIENTS
async def test_what_is_stored_and_being_forgotten(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await past_visit(salon, client, days_ago=6)
    await walk.say("/profile")
    await walk.tap("🗄 My data")
    await walk.tap("🗑 Delete my data")
    await walk.tap("No, keep it")
    await walk.tap("🗑 Delete my data")
    yes = await walk.data_of("Yes, delete everything")
    await walk.tap("Yes, delete everything")
    assert not await User.objects.filter(tg_id=client).aexists()
    await walk.stale(*yes)
    newcomer = await User.objects.aget(tg_id=client)
    await walk.stale(yes[0], yes[1])
    assert await User.objects.filter(pk=newcomer.pk, is_active=True).aexists(), "an old button deletes nobody new"
    walk.script = walk.script[:-1] if not walk.script[-1] else walk.script
    walk.check(f"forgotten.{walk.language}")


async def test_visits_ahead_are_cancelled_first(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await visit(salon, JAMES.id, NOW.replace(day=24, hour=12))
    await walk.say("/profile")
    await walk.tap("🗄 My data")
    assert await walk.tap("🗑 Delete my data") == "You have visits ahead. Please cancel them first."
    assert "✖️ Cancel" in await walk.labels(), "where that can be done"
    yes = ForgetMe(user_id=(await User.objects.aget(tg_id=JAMES.id)).pk).pack()
    said = await walk.stale((await walk.screen())["message_id"], yes)
    assert said == "You have visits ahead. Please cancel them first.", "booked while the question stood there"
    assert await User.objects.filter(tg_id=JAMES.id, first_name="James").aexists()


async def test_the_team_is_not_deleted_by_a_tap(walker: Walker) -> None:
    walk = walker(OSCAR.id)
    await walk.say("/profile")
    await walk.tap("🗄 My data")
    assert await walk.tap("🗑 Delete my data") == "You belong to the team: ask an admin to delete your account."


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22-8", (time(22), time(8))),
        ("22:00–8:30", (time(22), time(8, 30))),
        ("с 22 до 8", (time(22), time(8))),
        ("from 9.15 to 10", (time(9, 15), time(10))),
        ("22-22", None),
        ("25-8", None),
        ("22:70-8", None),
        ("22", None),
        ("", None),
        ("22-8 and 9-10", None),
    ],
)
def test_hours_as_people_type_them(text: str, hours: tuple[time, time] | None) -> None:
    assert read_hours(text) == hours
