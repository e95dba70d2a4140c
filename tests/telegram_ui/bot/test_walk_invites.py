"""Admins let people into the team by links; who opens one joins, once."""

import re
from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.enums import Role
from bookings.models import InviteToken, Specialist, User
from bookings.services.invites import invite_member
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, KATE, NOW, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


async def vacate(specialist: Specialist) -> None:
    await Specialist.objects.filter(pk=specialist.pk).aupdate(user=None)
    await User.objects.filter(tg_id=KATE.id).aupdate(role=Role.CLIENT)


async def link_for(specialist: Specialist | None = None) -> str:
    role = Role.ADMIN if specialist is None else Role.SPECIALIST
    issued = await sync_to_async(invite_member)(
        actor=SYSTEM, role=role, specialist_id=specialist.pk if specialist else None
    )
    return f"/start invite_{issued.token}"


def hide_links(walk: Walk) -> None:
    """Tokens differ from run to run."""
    walk.script = [re.sub(r"invite_[\w-]{43}", "invite_(token)", line) for line in walk.script]


async def test_where_every_specialist_is_in_the_bot_one_more_can_be_added(walker: Walker) -> None:
    """And is invited from their card, which offers that to nobody who is in already."""
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔑 Invitations")
    await walk.tap("➕ A specialist")
    await walk.tap("➕ New specialist")
    await walk.say("Vera")
    await walk.tap("Skip")
    await walk.tap("Next ›")
    await walk.tap("✅ Save")
    message, invite = await walk.data_of("🔑 Invite")
    await walk.tap_data(message, invite, twice=True)
    issued = await InviteToken.objects.aget()
    assert issued.specialist_id == (await Specialist.objects.alatest("pk")).pk
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("👩‍🎨 Specialists")
    await walk.tap("Maria")
    assert "🔑 Invite" not in await walk.labels()


@ADMINS
async def test_an_admin_makes_links_and_takes_them_back(walker: Walker, salon: Salon, admin: int) -> None:
    await vacate(salon.kate)
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔑 Invitations")
    await walk.tap("➕ A specialist")
    await walk.tap("‹ Back")
    await walk.tap("➕ A specialist")
    await walk.say("hello?")
    message, kate = await walk.data_of("Kate")
    await walk.tap("Kate")
    await walk.stale(message, kate)
    assert await InviteToken.objects.acount() == 1, "two presses make one link"
    await walk.tap("‹ Back")
    await walk.tap("➕ An admin")
    await walk.tap("🔑 Make the link")
    await walk.tap("‹ Back")
    await walk.tap("2")
    await walk.tap("✖️ Take it back")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    hide_links(walk)
    walk.check(f"invites.{walk.language}")


async def test_the_link_of_the_message_leads_in(walker: Walker, salon: Salon) -> None:
    await vacate(salon.kate)
    admin = walker(OSCAR.id)
    await admin.say("/start")
    await admin.tap("🛠 Manage")
    await admin.tap("🔑 Invitations")
    await admin.tap("➕ A specialist")
    await admin.tap("Kate")
    shown = await admin.screen()
    link = re.search(r"https://t\.me/playground_bot\?start=(invite_[\w-]{43})", shown["text"])
    assert link
    share = shown["inline_keyboard"][0][0]["url"]
    assert share.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fplayground_bot%3Fstart%3Dinvite_")
    walk = walker(JAMES.id)
    await walk.say(f"/start {link[1]}")
    assert "📋 My day" in await walk.labels()
    await walk.tap("📋 My day")
    assert (await admin.tap("✖️ Take it back")).startswith("This invitation has been used already")


@CLIENTS
async def test_a_stranger_joins_and_presses_twice(walker: Walker, salon: Salon, client: int) -> None:
    await vacate(salon.kate)
    link = await link_for(salon.kate)
    walk = walker(client)
    await walk.say(link, shown="/start invite_(token)")
    await walk.tap("📋 My day")
    await walk.say(link, shown="/start invite_(token)")
    walk.check(f"join.{walk.language}")


@CLIENTS
async def test_links_that_lead_nowhere_say_why(
    walker: Walker, salon: Salon, client: int, frozen: time_machine.Traveller
) -> None:
    walk = walker(client)
    await walk.say("/start invite_nothing")
    used = await link_for()
    other = walker(ANNA.id if client == JAMES.id else JAMES.id)
    await other.say(used)
    await walk.say(used, shown="/start invite_(used)")
    late = await link_for()
    frozen.move_to(NOW + timedelta(days=8))
    await walk.say(late, shown="/start invite_(late)")
    assert (await User.objects.aget(tg_id=client)).role == Role.CLIENT
    walk.check(f"invite_dead.{walk.language}")


@pytest.mark.parametrize("data", ["g:team", "g:invspec", "g:invadm", "vn:abcdefgh:0", "vo:1:open", "vo:1:revoke"])
async def test_only_admins_invite(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast == "This part is for the team."
    assert not await InviteToken.objects.aexists()
