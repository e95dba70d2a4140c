"""Links that lead to a visit: to be moved by whose business it is, explained to anybody else."""

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.services.cancel_booking import cancel_booking
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, KATE, MARIA, NOW, OSCAR, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon

AT = NOW.replace(day=25, hour=8)


@CLIENTS
async def test_a_link_to_ones_visit_moves_it(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    card = await visit(salon, client, AT)
    await walk.say(f"/start resched_{card.id}", shown="/start resched_(visit)")
    await walk.tap("‹ Back")
    await walk.say(f"/start resched_{card.id}", shown="/start resched_(visit)")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Move")
    await sync_to_async(cancel_booking)(actor=SYSTEM, booking_id=card.id)
    await walk.say(f"/start resched_{card.id}", shown="/start resched_(visit)")
    walk.check(f"move_link.{walk.language}")


@pytest.mark.parametrize("who", [MARIA.id, OSCAR.id], ids=["specialist", "admin"])
async def test_the_team_moves_by_it_too(walker: Walker, salon: Salon, who: int) -> None:
    await walker(ANNA.id).say("/start")
    card = await visit(salon, ANNA.id, AT)
    walk = walker(who)
    await walk.say(f"/start resched_{card.id}")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Move")


@pytest.mark.parametrize("number", ["{id}", "0", "-1", "99999999999999999999", "x", ""])
async def test_a_stranger_learns_nothing(walker: Walker, salon: Salon, number: str) -> None:
    await walker(ANNA.id).say("/start")
    card = await visit(salon, ANNA.id, AT)
    for who in (JAMES.id, KATE.id):
        walk = walker(who)
        await walk.say("/start")
        await walk.say(f"/start resched_{number.format(id=card.id)}")
        assert (await walk.screen())["text"].startswith(
            "This link is to a visit that is not yours, or is no more."
        )
