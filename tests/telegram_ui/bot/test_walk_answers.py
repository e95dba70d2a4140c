"""“Yes”, “no” and “back”, typed where a button was expected."""

from datetime import timedelta

import pytest
import time_machine

from bookings.models import Booking, User
from telegram_ui.understanding import read_answer
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, LANGUAGES, MARIA, NOW, OSCAR, Walker, speaking
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon, open_second_place
from tests.telegram_ui.bot.walk import Walk

AT_ELEVEN = NOW.replace(day=25, hour=8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Да", "yes"), ("да!", "yes"), ("+", "yes"), ("Ok.", "yes"), ("yes please", "yes"), ("👍", "yes"),
        ("нет", "no"), ("No, thanks", "no"), ("Не надо", "no"), ("-", "no"),
        ("‹ Назад", "back"), ("Back", "back"),
        ("да, но позже", ""), ("не знаю", ""), ("нет времени", ""), ("отмена", ""), ("", ""), ("15", ""),
    ],
)  # fmt: skip
def test_only_words_that_can_mean_one_thing_are_answers(text: str, said: str) -> None:
    assert read_answer(text) == said


def yes(walk: Walk) -> str:
    return "да" if walk.language == "ru" else "Yes"


def no(walk: Walk) -> str:
    return "Нет" if walk.language == "ru" else "no"


def back(walk: Walk) -> str:
    return "назад" if walk.language == "ru" else "Back"


@CLIENTS
async def test_a_booking_is_confirmed_and_cancelled_in_words(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await walk.say(no(walk))
    await walk.tap("Tomorrow", " 13:00")
    await walk.say(back(walk))
    await walk.tap("Tomorrow", " 13:00")
    await walk.say(yes(walk))
    booking = await Booking.objects.aget()
    await walk.say("/bookings")
    await walk.tap("✖️ Cancel")
    await walk.say(no(walk))
    assert (await Booking.objects.aget()).status == "confirmed"
    await walk.say("/bookings")
    await walk.tap("✖️ Cancel")
    await walk.say("?!")
    await walk.say(yes(walk))
    await booking.arefresh_from_db()
    assert booking.status == "cancelled"
    walk.check(f"answers.{walk.language}")


@CLIENTS
async def test_data_are_kept_and_deleted_in_words(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/profile")
    await walk.tap("🗄 My data")
    await walk.tap("🗑 Delete my data")
    await walk.say(no(walk))
    assert await User.objects.filter(tg_id=client).aexists()
    await walk.tap("🗑 Delete my data")
    await walk.say(yes(walk))
    assert not await User.objects.filter(tg_id=client).aexists()


async def test_a_yes_that_comes_late_or_to_no_question_does_nothing(
    walker: Walker, salon: Salon, frozen: time_machine.Traveller
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await visit(salon, JAMES.id, AT_ELEVEN)
    await walk.say("yes")
    await walk.say("/bookings")
    await walk.say("yes")
    await walk.tap("✖️ Cancel")
    frozen.shift(timedelta(minutes=16))
    await walk.say("yes")
    assert (await Booking.objects.aget()).status == "confirmed"
    assert (await walk.screen())["text"].startswith("Sorry, I did not understand that.")
    await walk.say("yes")  # the question was drawn anew
    assert (await Booking.objects.aget()).status == "cancelled"


async def test_a_yes_to_a_visit_that_was_moved_meanwhile_cancels_nothing(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    card = await visit(salon, JAMES.id, AT_ELEVEN)
    await walk.say("/bookings")
    await walk.tap("✖️ Cancel")
    await Booking.objects.filter(pk=card.id).aupdate(version=card.version + 1)
    await walk.say("yes")
    assert (await Booking.objects.aget()).status == "confirmed"
    assert "📄" not in (await walk.screen())["text"]
    assert "🔄 Move" in await walk.labels()


@LANGUAGES
async def test_neither_yes_nor_no_is_a_reason_that_a_client_reads(
    walker: Walker, salon: Salon, language: str
) -> None:
    await walker(JAMES.id).say("/start")
    await visit(salon, JAMES.id, NOW.replace(hour=8))
    walk = await speaking(walker(MARIA.id), language)
    await walk.say("/today")
    await walk.tap("11:00")
    await walk.tap("✖️ Cancel")
    asked = (await walk.screen())["text"]
    await walk.say(yes(walk))
    assert (await walk.screen())["text"] == asked
    await walk.say(no(walk))
    assert (await walk.screen())["text"] != asked
    assert (await Booking.objects.aget()).status == "confirmed"


async def test_admins_answer_questions_of_the_editor_in_words(walker: Walker, salon: Salon) -> None:
    """But “Back” is a name like another where one is asked for."""
    walk = walker(OSCAR.id)
    await walk.say("/menu")
    await walk.tap("🛠 Manage")
    await walk.tap("✂️ Services")
    await walk.tap("Manicure")
    await walk.tap("🗄 Archive")
    await walk.say("no")
    await walk.tap("🗄 Archive")
    await walk.say("yes")
    await salon.manicure.arefresh_from_db()
    assert not salon.manicure.is_active
    await walk.tap("Name")
    await walk.say("Back")
    await salon.manicure.arefresh_from_db()
    assert salon.manicure.name.localize("en") == "Back"


async def test_back_in_words_leaves_no_flow(walker: Walker) -> None:
    walk = walker(ANNA.id)
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.tap("📆 Another day")
    await walk.say("‹ Назад")
    assert walk.word("Nearest times:") in (await walk.screen())["text"]
    await walk.say("назад")
    assert (await walk.screen())["text"].startswith(walk.word("Choose a service"))
    await walk.say("назад")
    assert (await walk.screen())["text"].startswith(walk.word("Please choose a service from the list."))


@CLIENTS
async def test_a_service_of_several_places_asks_where_and_is_not_forgotten(
    walker: Walker, salon: Salon, client: int
) -> None:
    """Named by a link or by its word; who has been somewhere is not asked."""
    elsewhere = await open_second_place(salon)
    await salon.kate.offers.acreate(service=salon.manicure)
    walk = walker(client)
    await walk.say(f"/start book_{salon.manicure.pk}", shown="/start book_<manicure>")
    await walk.tap("Arbat")
    await walk.say("/book")
    await walk.say(walk.word("Manicure"))
    await walk.say(walk.word("Pokrovka"))
    await walk.say(walk.word("Haircut"))  # to be had here alone
    await visit(salon, client, AT_ELEVEN)
    await walk.say(f"/start book_{salon.manicure.pk}", shown="/start book_<manicure>")
    assert f"📍 {walk.word('Pokrovka')}" in (await walk.screen())["text"]
    assert elsewhere.pk != salon.location.pk
    walk.check(f"wished.{walk.language}")
