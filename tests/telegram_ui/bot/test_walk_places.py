"""Something typed or sent where a button was expected: the place says so, and stays."""

import ast
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from booking_site.env import BASE_DIR
from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User
from bookings.services.reviews import leave_review
from notifications.dead_letters import bury
from notifications.models import Campaign
from telegram_ui.gateway.identity import forget
from telegram_ui.handlers.common import places
from tests.telegram_ui.bot.conftest import ANNA, JAMES, KATE, MARIA, NOW, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon, open_second_place
from tests.telegram_ui.bot.walk import Walk

#: Ways to places where only buttons are expected: a command, then taps.
CLIENT_WAYS: Sequence[Sequence[str]] = (
    ("/profile",), ("/profile", "🌐 Language"), ("/profile", "🔔 Messages"), ("/profile", "🗄 My data"),
    ("/profile", "🗄 My data", "🗑 Delete my data"), ("/bookings",), ("/bookings", "✖️ Cancel"),
    ("/bookings", "🕘 Past visits"), ("/bookings", "🕘 Past visits", "📄 Details"),
    ("/bookings", "🕘 Past visits", "📄 Details", "⭐ Rate the visit"),
)  # fmt: skip
SPECIALIST_WAYS: Sequence[Sequence[str]] = (
    ("/today",), ("/week",), ("/today", "📆 Month"), ("/today", "📈 Figures"), ("/figures", "By months"),
    ("/tomorrow", "11:00"),
)  # fmt: skip
ADMIN_WAYS: Sequence[Sequence[str]] = (
    ("/menu", "🛠 Manage"), ("/menu", "🛠 Manage", "⏳ Waitlist"), ("/menu", "🛠 Manage", "⏳ Waitlist", "Pokrovka"),
    ("/menu", "🛠 Manage", "⭐ Reviews"), ("/menu", "🛠 Manage", "⭐ Reviews", "1"),
    ("/menu", "🛠 Manage", "📊 Statistics"), ("/menu", "🛠 Manage", "📊 Statistics", "👤 Specialists"),
    ("/menu", "🛠 Manage", "📢 Campaigns"), ("/menu", "🛠 Manage", "📢 Campaigns", "1"),
    ("/menu", "🛠 Manage", "🔑 Invitations"), ("/menu", "🛠 Manage", "🔑 Invitations", "➕ A specialist"),
    ("/menu", "🛠 Manage", "🔑 Invitations", "➕ An admin"), ("/menu", "🛠 Manage", "📮 Dead letters"),
    ("/menu", "🛠 Manage", "📮 Dead letters", "1"), ("/today", "👤 By specialist"), ("/menu", "🛠 Manage", "⚠️ Clashes"),
    ("/tomorrow", "Maria", "11:00", "👥 Another specialist"),
)  # fmt: skip
#: Questions whether something is to be done.
ADMIN_QUESTIONS: Sequence[Sequence[str]] = (
    ("/menu", "🛠 Manage", "📢 Campaigns", "1", "▶️ Start now"), ("/menu", "🛠 Manage", "📢 Campaigns", "1", "✖️ Cancel the campaign"),
    ("/menu", "🛠 Manage", "📮 Dead letters", "1", "🗑 Close"), ("/menu", "🛠 Manage", "📮 Dead letters", "🔁 Give all back"),
    ("/menu", "🛠 Manage", "👩‍🎨 Specialists", "Maria", "🗄 Archive"), ("/menu", "🛠 Manage", "👩‍🎨 Specialists", "Maria", "🗑 Delete"),
    ("/tomorrow", "Maria", "11:00", "🙂 Client", "🚫 Ban"),
)  # fmt: skip


def drawn(screen: dict[str, Any]) -> Any:
    return [[button["text"] for button in row] for row in screen["inline_keyboard"]]


async def stays(walk: Walk) -> None:
    """Words and a photo are refused under the place itself."""
    before = await walk.screen()
    for act, said in (
        (walk.say("hm, hm"), "Sorry, I did not understand that. Please press a button below."),
        (walk.photo(""), "I only understand text and buttons here."),
    ):
        await act
        after = await walk.screen()
        assert after["text"] == f"{walk.word(said)}\n\n{before['text']}"
        assert drawn(after) == drawn(before)
        assert after["message_id"] > before["message_id"]


async def go(walk: Walk, way: Sequence[str]) -> None:
    command, *taps = way
    await walk.say(command)
    for label in taps:
        await walk.tap(label)


async def prepared(walker: Walker, salon: Salon) -> None:
    """Two places, a visit tomorrow, one that is over and reviewed, a campaign, a letter."""
    for person in (ANNA, JAMES):
        await walker(person.id).say("/start")
    await visit(salon, JAMES.id, NOW + timedelta(days=1, hours=2))
    await past_visit(salon, JAMES.id, days_ago=3)
    reviewed = await past_visit(salon, ANNA.id, days_ago=4)
    anna = Actor(role=Role.CLIENT, door=Door.SYSTEM, user_id=reviewed.client.id)
    await sync_to_async(leave_review)(actor=anna, booking_id=reviewed.id, rating=5)
    await Campaign.objects.acreate(name="Spring", text_en="Spring!")
    await sync_to_async(bury)(
        task="t", payload={}, error="E: x", traceback="", trace_id="", attempts=1, source="test", alert=False
    )


@pytest.mark.parametrize(
    ("who", "ways"),
    [
        (JAMES.id, CLIENT_WAYS), (ANNA.id, CLIENT_WAYS[:5]), (MARIA.id, SPECIALIST_WAYS), (KATE.id, SPECIALIST_WAYS[:5]),
        (OSCAR.id, (*ADMIN_WAYS, *ADMIN_QUESTIONS)), (OLGA.id, ADMIN_WAYS),
    ],
    ids=["client.en", "client.ru", "specialist.ru", "specialist.en", "admin.en", "admin.ru"],
)  # fmt: skip
async def test_a_place_of_buttons_stays(
    walker: Walker, salon: Salon, who: int, ways: Sequence[Sequence[str]]
) -> None:
    await prepared(walker, salon)
    await open_second_place(salon)
    walk = walker(who)
    for way in ways:
        await go(walk, way)
        await stays(walk)


@pytest.mark.parametrize(
    ("who", "way"),
    [
        (JAMES.id, ("/profile", "✏️ Name")), (JAMES.id, ("/profile", "🔔 Messages", "🌙 Quiet hours")),
        (MARIA.id, ("/tomorrow", "11:00", "✖️ Cancel")), (MARIA.id, ("/tomorrow", "🏖 Time off")),
        (OSCAR.id, ("/menu", "🛠 Manage", "📢 Campaigns", "1", "🗓 When")),
        (OSCAR.id, ("/menu", "🛠 Manage", "⭐ Reviews", "1", "↩️ Answer")),
        (OSCAR.id, ("/menu", "🛠 Manage", "🔎 Find a client")),
    ],
)  # fmt: skip
async def test_a_question_stays_open_when_something_else_is_sent(
    walker: Walker, salon: Salon, who: int, way: Sequence[str]
) -> None:
    await prepared(walker, salon)
    walk = walker(who)
    await go(walk, way)
    before = await walk.screen()
    await walk.photo("")
    after = await walk.screen()
    said = walk.word("I only understand text and buttons here.")
    assert (after["text"], drawn(after)) == (f"{said}\n\n{before['text']}", drawn(before))


async def test_what_stands_there_for_somebody_else_by_now_leads_to_the_menu(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await go(walk, ("/menu", "🛠 Manage", "📮 Dead letters"))
    await User.objects.filter(tg_id=OSCAR.id).aupdate(role="client")
    await sync_to_async(forget)(OSCAR.id)
    await walk.say("hm, hm")
    assert "📅 Book a visit" in await walk.labels()


#: Where screens come from that keep themselves: steps of booking, the editor, and what the menu follows upon.
ELSEWHERE = frozenset(
    {
        "step", "rows", "row", "ask", "sure", "used", "look", "new", "hours", "seasons", "season-days", "season-sure",
        "home", "help", "about", "receipt", "cancelled", "invited", "found", "off-added", "",
    }
)  # fmt: skip


def names() -> Iterator[str]:
    """First words of the names of all screens."""
    for path in (BASE_DIR / "telegram_ui/handlers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Screen":
                name = node.args[0]
                first = name.values[0] if isinstance(name, ast.JoinedStr) else name
                if isinstance(first, ast.Constant):
                    yield str(first.value).split(":")[0]


def test_every_screen_can_be_drawn_again() -> None:
    assert set(names()) <= set(places._AGAIN) | ELSEWHERE
