"""A place's waitlist, and work that was given up, in the hands of admins."""

from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.models import WaitlistEntry
from bookings.services.cancel_booking import cancel_booking
from bookings.services.waitlist_matching import expire_offers
from notifications import dead_letters
from notifications.models import DeadLetter
from tests.telegram_ui.bot.conftest import ANNA, JAMES, MARIA, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.salon import Salon, open_second_place
from tests.telegram_ui.bot.test_walk_waitlist import full_wednesday, join

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


@ADMINS
async def test_an_admin_looks_at_the_line_and_takes_somebody_off(walker: Walker, salon: Salon, admin: int) -> None:
    visits = await full_wednesday(salon)
    for person in (ANNA, JAMES):
        await join(walker(person.id))
    await sync_to_async(cancel_booking)(actor=SYSTEM, booking_id=visits[3].id)
    await sync_to_async(expire_offers)()
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("⏳ Waitlist")
    await walk.tap("2")
    await walk.tap("‹ Back")
    await walk.tap("1")
    await walk.tap("🙂 Client")
    await walk.tap("☰ Menu")
    await walk.tap("🛠 Manage")
    await walk.tap("⏳ Waitlist")
    await walk.tap("1")
    message, ask = await walk.data_of("✖️ Take off")
    await walk.tap("✖️ Take off")
    await walk.tap("No, keep it")
    await walk.tap("✖️ Take off")
    await walk.tap("Yes, take off")
    await walk.stale(message, ask)
    await walk.tap("‹ Back")
    await walk.tap("1")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    states = [entry.state async for entry in WaitlistEntry.objects.order_by("pk")]
    assert states == ["left", "waiting"]
    walk.check(f"line.{walk.language}")


async def test_of_several_places_one_is_chosen_first(walker: Walker, salon: Salon) -> None:
    await open_second_place(salon)
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("⏳ Waitlist")
    await walk.tap("Arbat")
    assert "Nobody waits here." in (await walk.screen())["text"]
    await walk.tap("‹ Back")
    await walk.tap("Pokrovka")


@pytest.fixture
def sources() -> Iterator[None]:
    def refuse(_letter: dead_letters.Letter) -> None:
        raise RuntimeError("the chat is <gone>")

    dead_letters.register_requeue("good", lambda _letter: None)
    dead_letters.register_requeue("bad", refuse)
    yield
    del dead_letters._requeue_by_source["good"], dead_letters._requeue_by_source["bad"]


def bury(source: str, number: int) -> int:
    return dead_letters.bury(
        task="telegram.update", payload={}, error=f"ValueError: <b>{number}</b>", traceback="", trace_id="abc",
        attempts=3, source=source, alert=False,
    )  # fmt: skip


@ADMINS
async def test_an_admin_settles_what_was_given_up(walker: Walker, admin: int, sources: None) -> None:
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📮 Dead letters")
    await walk.tap("‹ Back")
    await sync_to_async(DeadLetter.objects.all().delete)()
    for number in range(6):
        await sync_to_async(bury)("bad" if number == 5 else "good", number)
    await walk.tap("📮 Dead letters")
    await walk.tap("Earlier ›")
    await walk.tap("‹ Later")
    await walk.tap("2")
    message, again = await walk.data_of("🔁 Give back")
    await walk.tap("🔁 Give back")
    await walk.stale(message, again)
    await walk.tap("‹ Back")
    await walk.tap("2")
    await walk.tap("🗑 Close")
    await walk.tap("No, keep it")
    await walk.tap("🗑 Close")
    await walk.tap("Yes, close it")
    await walk.tap("‹ Back")
    await walk.tap("1")
    await walk.tap("🔁 Give back")
    await walk.tap("‹ Back")
    await walk.tap("🔁 Give all back")
    await walk.tap("‹ Back")
    await walk.tap("🔁 Give all back")
    await walk.tap("Yes, give all back")
    states = [letter.state async for letter in DeadLetter.objects.order_by("pk")]
    assert states == ["requeued"] * 3 + ["discarded", "requeued", "open"]
    first = (await DeadLetter.objects.aearliest("pk")).pk
    walk.script = [line.replace(f"{first + 5}", "N6").replace(f"{first + 4}", "N5").replace(f"{first + 3}", "N4")
                   if "#" in line or "№" in line else line for line in walk.script]  # fmt: skip
    walk.check(f"letters.{walk.language}")


@pytest.mark.parametrize("person", [JAMES.id, MARIA.id])
@pytest.mark.parametrize(
    "data",
    [
        "g:line",
        "up:1:0",
        "uo:1:open",
        "uo:1:off",
        "g:letters",
        "dp:0",
        "dl:1:open",
        "dl:1:again",
        "dl:1:drop",
        "da:1",
    ],
)
async def test_both_are_for_admins(walker: Walker, person: int, data: str) -> None:
    walk = walker(person)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast in ("This part is for the team.", "Этот раздел – для сотрудников.")
