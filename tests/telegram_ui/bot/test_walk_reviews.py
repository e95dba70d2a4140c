"""Stars and words after a visit; an admin answers and hides."""

from typing import Any

import pytest

from bookings.models import Review
from notifications.actions import Action
from telegram_ui.keyboards.actions import render_actions
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


async def request(walk: Walk, booking_id: int) -> int:
    """The message that asks for a review, as notifications send it."""
    rows = (tuple(Action("review.rate", (booking_id, stars), f"{stars} ⭐") for stars in range(1, 6)),)
    text = "Как прошёл визит?" if walk.language == "ru" else "How was it?"
    message = await walk.runtime.bot.send_message(walk.tg_id, text, reply_markup=render_actions(rows))
    await walk.settle()
    return message.message_id


async def shown(walk: Walk, message_id: int) -> dict[str, Any]:
    return next(message for message in await walk.bot_messages() if message["message_id"] == message_id)


@CLIENTS
async def test_stars_under_the_request_and_words_below(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    card = await past_visit(salon, client, days_ago=1)
    asked = await request(walk, card.id)
    await walk.tap("5 ⭐")
    assert (await Review.objects.aget()).rating == 5, "kept at once"
    await walk.say("x" * 2001, shown="(2001 letters)")
    await walk.say("Lovely <3")
    review = await Review.objects.aget()
    assert (review.rating, review.text) == (5, "Lovely <3")
    await walk.stale(asked, f"h:{card.id}:1")
    assert (await Review.objects.aget()).rating == 5, "one review a visit"
    walk.check(f"review.{walk.language}")


@CLIENTS
async def test_a_past_visit_is_rated_from_its_card(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await past_visit(salon, client, days_ago=1)
    await walk.tap("🗂 My visits")
    await walk.tap("🕘 Past visits")
    await walk.tap("📄 Details")
    await walk.tap("⭐ Rate the visit")
    await walk.tap("‹ Back")
    await walk.tap("⭐ Rate the visit")
    await walk.tap("2 ⭐")
    await walk.tap("No, thank you")
    await walk.tap("🗂 My visits")
    await walk.tap("🕘 Past visits")
    await walk.tap("📄 Details")
    assert "⭐ Rate the visit" not in await walk.labels()
    walk.check(f"review_card.{walk.language}")


@pytest.mark.parametrize("data", ["h:{id}:5", "hq:{id}"])
async def test_somebody_elses_visit_cannot_be_rated(walker: Walker, salon: Salon, data: str) -> None:
    walk, other = walker(JAMES.id), walker(ANNA.id)
    await other.say("/start")
    card = await past_visit(salon, ANNA.id, days_ago=1)
    await walk.say("/start")
    live = (await walk.screen())["message_id"]
    assert await walk.stale(live, data.format(id=card.id)) == "This visit can't be found any more."
    assert not await Review.objects.aexists()


async def test_a_visit_that_has_not_taken_place_cannot_be_rated(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    card = await visit(salon, JAMES.id, (await past_visit(salon, JAMES.id, days_ago=1)).starts_at)
    asked = await request(walk, card.id)
    assert await walk.tap("5 ⭐") == "This visit is already confirmed."
    assert (await shown(walk, asked))["inline_keyboard"] == []


@ADMINS
async def test_an_admin_answers_and_hides(walker: Walker, salon: Salon, admin: int) -> None:
    for number, client in enumerate((ANNA.id, JAMES.id)):
        other = walker(client)
        await other.say("/start")
        card = await past_visit(salon, client, days_ago=1 + number)
        await request(other, card.id)
        await other.tap(f"{4 + number} ⭐")
        await other.say("Nice & <b>quick</b>")
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("⭐ Reviews")
    await walk.tap("1")
    await walk.tap("↩️ Answer")
    await walk.tap("‹ Back")
    await walk.tap("↩️ Answer")
    await walk.say("Thank you <3")
    await walk.tap("🙈 Hide")
    await walk.tap("👁 Show again")
    await walk.tap("🙈 Hide")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    latest = await Review.objects.order_by("-pk").afirst()
    assert latest is not None
    assert (latest.reply, latest.is_hidden) == ("Thank you <3", True)
    walk.check(f"admin_reviews.{walk.language}")


@pytest.mark.parametrize("data", ["g:manage", "hp:0", "hr:1:open:0", "hr:1:hide:0", "hr:1:reply:0"])
async def test_reviews_are_managed_by_admins_alone(walker: Walker, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast == "This part is for the team."
