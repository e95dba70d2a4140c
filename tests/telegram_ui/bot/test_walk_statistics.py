"""Figures as a picture: by week and month, of everybody and of one."""

import io
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from PIL import Image

from bookings.models import Booking
from tests.telegram_ui.bot.conftest import ANNA, JAMES, MARIA, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


async def picture(walk: Walk) -> Any:
    """The picture of the live message."""
    shown = await walk.screen()
    assert shown["kind"] == "photo"
    files = walk.server.api.files
    stored = files.by_path(shown["photo"]["url"].removeprefix("/_control/files/"))
    assert stored is not None
    return Image.open(io.BytesIO(files.read(stored) or b""))


async def a_good_month(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    for days in (2, 3, 20):
        await past_visit(salon, ANNA.id, days_ago=days)
    await sync_to_async(Booking.objects.filter(pk=await sync_to_async(_first)()).update)(status="no_show")


def _first() -> int:
    return Booking.objects.order_by("pk").values_list("pk", flat=True)[0]


@ADMINS
async def test_an_admin_looks_at_how_business_goes(walker: Walker, salon: Salon, admin: int) -> None:
    await a_good_month(walker, salon)
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📊 Statistics")
    message = (await walk.screen())["message_id"]
    await walk.tap("‹ Week before")
    assert (await picture(walk)).width == 1080
    await walk.tap("By months")
    await walk.tap("👤 Specialists")
    await walk.tap("‹ Back")
    await walk.tap("👤 Specialists")
    await walk.tap("Maria")
    assert (await walk.screen())["message_id"] == message, "the picture changes in place"
    await walk.say("what?")
    await walk.tap("By weeks")
    await walk.tap("‹ Back")
    walk.check(f"statistics.{walk.language}")


@pytest.mark.parametrize("person", [JAMES.id, MARIA.id])
@pytest.mark.parametrize("data", ["g:stats", "kc:0:0:739944:0", "kc:1:1:739944:0"])
async def test_figures_of_the_business_are_for_admins(walker: Walker, person: int, data: str) -> None:
    walk = walker(person)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast in ("This part is for the team.", "Этот раздел – для сотрудников.")
    assert (await walk.screen())["kind"] == "text"


async def test_a_specialist_who_is_none_has_no_figures(walker: Walker) -> None:
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.stale((await walk.screen())["message_id"], "kc:987654:0:739944:0")
    assert (await walk.screen())["kind"] == "text"


@pytest.mark.parametrize("day", [730120, 803168])
async def test_the_ends_of_the_calendar_can_be_looked_at(walker: Walker, day: int) -> None:
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.stale((await walk.screen())["message_id"], f"kc:0:1:{day}:0")
    await walk.tap("‹ Month before")
    assert (await walk.screen())["kind"] == "photo"
