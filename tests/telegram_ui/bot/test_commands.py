"""The list of commands behind the slash: by role, in the language that was chosen."""

import pytest
from asgiref.sync import sync_to_async

from bookings.models import User
from telegram_ui.gateway.identity import forget
from tests.telegram_ui.bot.conftest import ANNA, JAMES, KATE, MARIA, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.walk import Walk

CLIENT = ["book", "bookings", "profile", "about", "menu"]
TEAM = ["today", "tomorrow", "week"]


async def offered(walk: Walk) -> dict[str, str]:
    """What this very chat is offered; nothing where it is what everybody is."""
    return {each["command"]: each["description"] for each in (await walk.chat())["commands"]}


@pytest.mark.parametrize(
    ("who", "commands"),
    [
        (ANNA.id, []), (JAMES.id, []), (OLGA.id, [*TEAM, *CLIENT]), (OSCAR.id, [*TEAM, *CLIENT]),
        (MARIA.id, [*TEAM, "figures", *CLIENT]), (KATE.id, [*TEAM, "figures", *CLIENT]),
    ],
)  # fmt: skip
async def test_the_team_is_offered_its_own(walker: Walker, who: int, commands: list[str]) -> None:
    walk = walker(who)
    await walk.say("/start")
    assert list(await offered(walk)) == commands


async def test_they_follow_the_language_and_the_role(walker: Walker) -> None:
    walk = walker(OSCAR.id)
    await walk.say("/start")
    assert (await offered(walk))["today"] == "Visits of today"
    await walk.say("/language")
    await walk.tap("Русский")
    assert (await offered(walk))["today"] == "Записи на сегодня"
    await User.objects.filter(tg_id=OSCAR.id).aupdate(role="client")
    await sync_to_async(forget)(OSCAR.id)
    await walk.say("/menu")
    assert list(await offered(walk)) == CLIENT


async def test_a_refusal_stops_nothing(walker: Walker) -> None:
    walk = walker(OSCAR.id)
    await walk.refuse("setMyCommands")
    await walk.say("/start")
    assert "🛠 Manage" in await walk.labels()
