"""A client's ways through the bot, in both languages; each leaves a script in ``tests/telegram_ui/golden``."""

from datetime import UTC, datetime

import pytest

from bookings.models import Booking, SpecialistService
from telegram_ui.handlers.client import free_times
from tests.telegram_ui.bot.conftest import CLIENTS, JAMES, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon, open_second_place


@CLIENTS
async def test_first_booking_takes_at_most_five_taps(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Today", " 10:30")
    await walk.tap("✅ Book")
    assert walk.taps <= 5
    booking = await Booking.objects.aget()
    assert booking.starts_at == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    walk.check(f"first_booking.{walk.language}")


@CLIENTS
async def test_a_past_visit_is_repeated_in_at_most_two_taps(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await past_visit(salon, client, days_ago=6)  # Tuesday 15:00, with Maria
    await walk.say("/menu")
    walk.taps = 0
    await walk.tap("🔁")
    await walk.tap("✅ Book")
    assert walk.taps <= 2
    again = await Booking.objects.alatest("pk")
    assert again.starts_at == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    walk.check(f"repeat.{walk.language}")


@CLIENTS
async def test_cancelling_takes_at_most_three_taps(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 13:00")
    await walk.tap("✅ Book")
    await walk.say("/menu")
    walk.taps = 0
    await walk.tap("🗂 My visits")
    await walk.tap("✖️ Cancel")
    await walk.tap("Yes, cancel it")
    assert walk.taps <= 3
    assert (await Booking.objects.aget()).status == "cancelled"
    walk.check(f"cancel.{walk.language}")


@CLIENTS
async def test_who_moves_to_somebody_dearer_reads_what_it_will_cost(
    walker: Walker, salon: Salon, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    await visit(salon, client, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    await SpecialistService.objects.filter(specialist=salon.maria).aupdate(price=1600)
    await walk.press("🗂 My visits")
    await walk.tap("🔄 Move")
    await walk.tap("👤 ", "Maria")
    await walk.say("15")
    await walk.tap("Kate")
    await walk.tap("Tomorrow", " 10:00")
    await walk.say("well")
    await walk.tap("✅ Move")
    booking = await Booking.objects.aget()
    assert booking.price == 1800, "with Maria it would have stayed at 1500"
    walk.check(f"move_dearer.{walk.language}")


@CLIENTS
async def test_a_visit_is_moved_by_the_same_screens(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Haircut")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Book")
    await walk.tap("🔄 Move")
    await walk.tap("📆 Another day")
    await walk.tap("27")
    await walk.tap("Evening")
    await walk.tap("17:30")
    await walk.tap("✅ Move")
    booking = await Booking.objects.aget()
    assert (booking.starts_at, booking.version) == (datetime(2026, 11, 27, 14, 30, tzinfo=UTC), 2)
    await walk.press("🗂 My visits")
    await walk.tap("✖️ Cancel")
    await walk.tap("No, keep it")
    assert (await Booking.objects.aget()).status == "confirmed"
    walk.check(f"move.{walk.language}")


@CLIENTS
async def test_a_day_and_a_specialist_are_picked_and_back_leads_through_every_step(
    walker: Walker, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.press("📅 Book")
    await walk.tap("Haircut")
    await walk.tap("👤 Specialist")
    await walk.tap("Kate")
    await walk.tap("📆 Another day")
    assert await walk.tap("–") == walk.word("There are no visits for this on that day.")
    message_id, tuesday = await walk.data_of("24")
    draft, day = tuesday.split(":")[1:]
    toast = await walk.stale(message_id, f"d:{draft}:{int(day) - 2}")
    assert toast in {"This day is over.", "Этот день уже прошёл."}
    await walk.tap("›")
    await walk.tap("›")
    toast = await walk.tap("·")
    assert toast in {"Booking for this day has not opened yet.", "На этот день запись ещё не открыта."}
    await walk.tap("‹")
    await walk.tap("‹")
    await walk.tap("24")
    await walk.tap("Evening")
    await walk.tap("17:30")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    await walk.tap("👤")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    await walk.tap("☰ Menu")
    walk.check(f"back.{walk.language}")


@CLIENTS
async def test_places_and_categories_are_asked_for_where_there_are_several(
    walker: Walker, salon: Salon, client: int
) -> None:
    await open_second_place(salon)
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("📅 Book a visit")
    await walk.tap("Pokrovka")
    await walk.tap("📍 Change place")
    await walk.tap("Arbat")
    await walk.tap("Hair")
    await walk.tap("‹ Back")
    await walk.tap("Hair")
    await walk.tap("Colouring")
    await walk.tap("Tomorrow", " 09:00")  # the second place is in Yekaterinburg, where it is two hours later
    await walk.tap("✅ Book")
    booking = await Booking.objects.aget()
    assert booking.starts_at == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    walk.check(f"two_places.{walk.language}")


@CLIENTS
async def test_profile_about_and_help(walker: Walker, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await walk.tap("👤 Profile")
    await walk.tap("✏️ Name")
    await walk.say("12345")
    await walk.say("Zoë <b>Müller</b>")
    await walk.tap("📱 Phone")
    await walk.say("hello")
    await walk.press("📱 Share my number")
    await walk.tap("🌐 Language")
    await walk.tap("‹ Back")
    await walk.tap("☰ Menu")
    await walk.tap("ℹ️ About us")
    await walk.tap("☰ Menu")
    await walk.say("/help")
    walk.check(f"profile.{walk.language}")


@CLIENTS
async def test_a_language_holds_from_the_very_next_answer(walker: Walker, client: int) -> None:
    walk = walker(client)
    other = "English" if walk.language == "ru" else "Русский"
    await walk.say("/start")
    await walk.say("/language")
    await walk.tap(other)
    await walk.tap("☰")
    await walk.say("/profile")
    walk.check(f"language.{walk.language}")


@CLIENTS
async def test_who_has_been_somewhere_is_not_asked_for_the_place_again(
    walker: Walker, salon: Salon, client: int
) -> None:
    await open_second_place(salon)
    walk = walker(client)
    await walk.say("/start")
    await past_visit(salon, client, days_ago=6)
    await walk.tap("📅 Book a visit")
    await walk.tap("Hair")
    await walk.tap("Haircut")
    await walk.tap("Today", " 10:30")
    await walk.tap("✅ Book")
    assert walk.taps <= 5
    assert (await Booking.objects.alatest("pk")).location_id == salon.location.pk
    await walk.press("📅 Book")
    await walk.tap("📍 Change place")
    await walk.tap("Arbat")
    walk.check(f"known_place.{walk.language}")


@CLIENTS
async def test_the_last_visit_is_repeated_also_with_another_one_ahead(
    walker: Walker, salon: Salon, client: int
) -> None:
    walk = walker(client)
    await walk.say("/start")
    await past_visit(salon, client, days_ago=6)  # Tuesday 15:00, with Maria
    await visit(salon, client, datetime(2026, 11, 24, 12, 0, tzinfo=UTC))  # the next Tuesday is booked already
    await walk.say("/menu")
    walk.taps = 0
    await walk.tap("🔁")
    await walk.tap("✅ Book")
    assert walk.taps <= 2
    assert (await Booking.objects.alatest("pk")).starts_at == datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def test_past_visits_end_with_their_last_page(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    await past_visit(salon, JAMES.id, days_ago=6)
    await walk.stale((await walk.screen())["message_id"], "q:1:9999")
    assert "Haircut" in (await walk.screen())["text"]
    assert "‹ Later" not in await walk.labels()


@CLIENTS
async def test_a_move_leaves_out_the_time_the_visit_has(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await walk.say("/start")
    await visit(salon, client, datetime(2026, 11, 24, 7, tzinfo=UTC))
    await walk.press("🗂 My visits")
    await walk.tap("🔄 Move")
    tomorrow = walk.word("Tomorrow")
    labels = [label for label in await walk.labels() if tomorrow in label]
    assert not [label for label in labels if "10:00" in label]
    assert "10:30" in labels[0]
    await walk.say("24.11 10:00")
    text = (await walk.screen())["text"]
    assert "The visit is at that time already" in text or "Запись и так на это время" in text
    assert "10:00" not in await walk.labels()
    await walk.press("🗂 My visits")
    await walk.tap("🔄 Move")
    await walk.tap("👤 ", "Maria")
    await walk.tap("Any specialist")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Move")
    item = await (await Booking.objects.aget()).items.aget()
    assert item.specialist_id == salon.kate.pk


async def test_confirming_the_time_a_visit_has_claims_no_move(
    walker: Walker, salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(free_times, "_elsewhere", lambda _draft, slots: tuple(slots))
    walk = walker(JAMES.id)
    await walk.say("/start")
    await visit(salon, JAMES.id, datetime(2026, 11, 24, 7, tzinfo=UTC))
    await walk.press("🗂 My visits")
    await walk.tap("🔄 Move")
    await walk.tap("Tomorrow", " 10:00")
    await walk.tap("✅ Move")
    text = (await walk.screen())["text"]
    assert "The visit is at that time already" in text
    assert "moved" not in text
    await walk.tap("Tomorrow", " 13:00")
    await walk.tap("✅ Move")
    assert (await Booking.objects.aget()).starts_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
