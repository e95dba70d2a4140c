"""Visits that repeat: planned, booked all at once, looked at, called off."""

from datetime import timedelta

from bookings.enums import DiscountKind
from bookings.models import Booking, BookingSeries, Promotion
from tests.telegram_ui.bot.conftest import ANNA, CLIENTS, JAMES, KATE, MARIA, NOW, OSCAR, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon, open_second_place
from tests.telegram_ui.bot.walk import Walk

#: Maria is alone on Wednesdays: 11:00 in Moscow.
WEDNESDAY = NOW.replace(day=25, hour=8)


def counted(walk: Walk, text: str, count: int) -> str:
    return walk.word(f"{text}%(count)d") % {"count": count}


async def to_confirm(walk: Walk) -> None:
    await walk.say("/book")
    await walk.tap("Haircut")
    await walk.say("25.11 11:00")


@CLIENTS
async def test_a_series_is_planned_booked_and_called_off(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.tap("‹ Back")
    await walk.tap("🔁 Every few weeks")
    await walk.say("often")
    await walk.tap(walk.word("every week").capitalize())
    await walk.tap("‹ Back")
    await walk.say("2")
    await walk.say("1")
    await walk.say("99")
    await walk.tap("3")
    await walk.tap("‹ Back")
    await walk.tap("3")
    message_id, data = await walk.data_of(counted(walk, "✅ Book all ", 3))
    await walk.tap_data(message_id, data, twice=True)
    visits = [booking async for booking in Booking.objects.order_by("starts_at")]
    assert [each.starts_at for each in visits] == [WEDNESDAY + timedelta(weeks=2 * number) for number in range(3)]
    assert await BookingSeries.objects.acount() == 1
    await walk.tap("🗂 My visits")
    await walk.tap("🔁 The series")
    await walk.tap(counted(walk, "✖️ Cancel all ahead: ", 3))
    await walk.tap("No, keep them")
    await walk.tap(("ср 09.12" if walk.language == "ru" else "Wed 9 Dec") + " 11:00")
    await walk.tap("✖️ Cancel")
    await walk.tap("This and all later ones")
    await walk.tap("Yes, cancel them")
    assert [booking.status async for booking in Booking.objects.order_by("starts_at")] == [
        "confirmed",
        "cancelled",
        "cancelled",
    ]
    walk.check(f"series.{walk.language}")


@CLIENTS
async def test_what_is_not_free_is_told_before_anything_is_written(
    walker: Walker, salon: Salon, client: int
) -> None:
    await visit(salon, KATE.id, WEDNESDAY + timedelta(weeks=1))
    walk = walker(client)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.tap(walk.word("every week").capitalize())
    await walk.tap("3")
    assert await Booking.objects.acount() == 1
    await walk.tap("📆 Another time")
    await walk.tap("‹ Back")
    await walk.say("25.11 12:00")
    await walk.tap("1️⃣ Only once")
    await walk.tap("🔁 Every few weeks")
    await walk.tap(walk.word("every week").capitalize())
    await walk.tap("3")
    await walk.say("25.11 11:00")
    await walk.tap(counted(walk, "✅ Book the free ones: ", 2))
    assert await Booking.objects.filter(client__tg_id=client).acount() == 2
    walk.check(f"series_conflict.{walk.language}")


def on_button(walk: Walk, russian: str, english: str) -> str:
    """A date as buttons have it."""
    return russian if walk.language == "ru" else english


@CLIENTS
async def test_one_date_is_swapped_for_another_time(walker: Walker, salon: Salon, client: int) -> None:
    """Wednesday, 2 December is taken all day but 10:00; the Sunday before it is closed."""
    second = WEDNESDAY + timedelta(weeks=1)
    for hour in range(8):
        await visit(salon, KATE.id, second + timedelta(hours=hour))
    walk = walker(client)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.tap(walk.word("every week").capitalize())
    await walk.tap("3")
    taken = on_button(walk, "ср 02.12", "Wed 2 Dec")
    await walk.tap(f"✏️ {taken}")
    await walk.tap("‹ Back")
    await walk.tap(f"✏️ {taken}")
    for words in ("hm", "30.12", "29.11", "02.12 13:00", "3.12", "9:15"):
        await walk.say(words)
    await walk.tap("11:30")
    swapped = on_button(walk, "чт 03.12", "Thu 3 Dec")
    await walk.tap(f"✏️ {swapped}")
    await walk.tap("↩️ As it was")
    await walk.tap(f"✏️ {taken}")
    await walk.tap("10:00")
    await walk.say("26.11 11:00")  # another time for all: what was swapped is forgotten
    await walk.say("25.11 11:00")
    await walk.tap(f"✏️ {taken}")
    await walk.tap(on_button(walk, "вт 01.12", "Tue 1 Dec"))
    await walk.say("11:00")
    await walk.tap(counted(walk, "✅ Book all ", 3))
    assert [
        booking.starts_at async for booking in Booking.objects.filter(client__tg_id=client).order_by("starts_at")
    ] == [WEDNESDAY, second - timedelta(days=1), WEDNESDAY + timedelta(weeks=2)]
    walk.check(f"series_swap.{walk.language}")


async def test_a_swap_that_was_taken_in_between_is_shown_as_taken(walker: Walker, salon: Salon) -> None:
    second = WEDNESDAY + timedelta(weeks=1)
    await visit(salon, KATE.id, second)
    walk = walker(JAMES.id)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.tap("Every week")
    await walk.tap("2")
    await walk.tap("✏️ Wed 2 Dec")
    message_id, data = await walk.data_of("12:00")
    await visit(salon, KATE.id, second + timedelta(hours=1))
    await walk.tap_data(message_id, data)
    assert "2. ✕ Wed 2 Dec 12:00 – taken" in (await walk.screen())["text"]
    crafted = data.rsplit(":", 1)[0]
    for wrong in (f"{crafted}:0", data.replace(":2:", ":3:")):
        assert await walk.stale(message_id, wrong) == "This button is out of date. Here is how things are now."
    assert "✏️ Wed 2 Dec" in await walk.labels()


async def test_what_was_taken_in_between_is_planned_anew(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.tap("Every week")
    await walk.tap("2")
    await visit(salon, KATE.id, WEDNESDAY + timedelta(weeks=1))
    assert await walk.tap("✅ Book all ") == "Some of these dates are not free. Please look at them again."
    assert "✅ Book the free ones: 1" in await walk.labels()
    assert not await BookingSeries.objects.aexists()


async def test_a_code_that_does_not_cover_a_series_waits_for_a_single_visit(walker: Walker, salon: Salon) -> None:
    promotion = await Promotion.objects.acreate(code="SPRING", kind=DiscountKind.PERCENT, value=10, client_limit=2)
    walk = walker(JAMES.id)
    await to_confirm(walk)
    await walk.tap("🎟 Promo code")
    await walk.say("spring")
    await walk.tap("🔁 Every few weeks")
    await walk.tap("Every week")
    await walk.tap("3")
    shown = (await walk.screen())["text"]
    assert shown.startswith("The promo code SPRING is not for so many visits. It is kept for a single one.")
    assert "3 visits: ₽4,500 in all" in shown
    await walk.tap("1️⃣ Only once")
    assert "₽1,350 (🎟 SPRING: −₽150)" in (await walk.screen())["text"]
    await walk.tap("🔁 Every few weeks")
    await walk.tap("Every week")
    await walk.tap("3")
    await walk.tap("✅ Book all ")
    assert {booking.price async for booking in Booking.objects.all()} == {1500}
    await Booking.objects.all().adelete()
    promotion.client_limit = None
    await promotion.asave()
    await to_confirm(walk)
    await walk.tap("🎟 Promo code")
    await walk.say("spring")
    await walk.tap("🔁 Every few weeks")
    await walk.tap("Every week")
    await walk.tap("2")
    assert "2 visits: ₽2,700 in all\n🎟 SPRING: −₽300" in (await walk.screen())["text"]
    await walk.tap("✅ Book all ")
    assert {booking.price async for booking in Booking.objects.all()} == {1350}


async def test_staff_book_a_series_for_a_client_and_see_it(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, NOW.replace(day=24, hour=8))
    walk = walker(MARIA.id)
    await walk.say("/tomorrow")
    await walk.tap("11:00")
    await walk.tap("🙂 Client")
    await walk.tap("📅 Book for them")
    await walk.tap("Haircut")
    await walk.say("25.11 11:00")
    await walk.tap("🔁 Every few weeks")
    await walk.say("10")
    await walk.tap("2")
    await walk.tap(counted(walk, "✅ Book all ", 2))
    assert (await walk.screen())["text"].startswith("Повторяющиеся визиты\n🙂 Анна Смирнова")
    await walk.tap("ср 25.11 11:00")
    await walk.tap("🔁 The series")
    await walk.tap(counted(walk, "✖️ Cancel all ahead: ", 2))
    await walk.tap("Yes, cancel them")
    assert await Booking.objects.filter(status="confirmed").acount() == 1


async def test_a_series_is_nobody_elses(walker: Walker, salon: Salon) -> None:
    anna, james = walker(ANNA.id), walker(JAMES.id)
    await to_confirm(anna)
    await anna.tap("🔁 Every few weeks")
    await anna.tap(anna.word("every week").capitalize())
    await anna.tap("2")
    message_id, data = await anna.data_of(counted(anna, "✅ Book all ", 2))
    await anna.tap_data(message_id, data)
    await james.say("/start")
    series = await BookingSeries.objects.aget()
    menu = (await james.screen())["message_id"]
    for act in ("open", "cancel?", "cancel"):
        said = await james.stale(menu, f"so:{series.pk}:{act}:0")
        assert said == "This visit can't be found any more."
    assert await james.stale(menu, data) == "That booking was not finished in time. Let's start afresh."
    oscar = walker(OSCAR.id)
    await oscar.say("/start")
    await oscar.stale((await oscar.screen())["message_id"], f"so:{series.pk}:open:0")
    assert "🙂 Анна Смирнова" in (await oscar.screen())["text"]
    await anna.stale(message_id, data)
    assert await BookingSeries.objects.acount() == 1


async def test_a_client_is_offered_what_they_may_have(walker: Walker, salon: Salon) -> None:
    """The horizon of clients is 60 days: three visits every four weeks, and none every nine."""
    walk = walker(JAMES.id)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.tap("Every 4 weeks")
    assert [label for label in await walk.labels() if label.isdigit()] == ["2", "3"]


async def test_more_visits_than_one_screen_holds(walker: Walker, salon: Salon) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    for number in range(7):
        await visit(salon, JAMES.id, NOW.replace(day=25, hour=7 + number))
    await walk.press("🗂 My visits")
    await walk.tap("Further ›")
    assert "16:00" in (await walk.screen())["text"]
    await walk.tap("‹ Sooner")
    await walk.stale((await walk.screen())["message_id"], "q:0:5")
    assert "10:00" in (await walk.screen())["text"]


@CLIENTS
async def test_words_on_a_card_or_a_list_leave_it_there(walker: Walker, salon: Salon, client: int) -> None:
    walk = walker(client)
    await to_confirm(walk)
    await walk.tap("🔁 Every few weeks")
    await walk.say("1")
    await walk.say("2")
    await walk.tap(counted(walk, "✅ Book all ", 2).split(":")[0])
    await walk.tap("🗂 My visits")
    said = walk.word("Sorry, I did not understand that. Please press a button below.")
    for name in ("My visits", "Visits that repeat"):
        await walk.say("hm")
        assert (await walk.screen())["text"].startswith(f"{said}\n\n{walk.word(name)}")
        if name == "My visits":
            await walk.tap("🔁 The series")
    await walk.tap(("ср 25.11" if walk.language == "ru" else "Wed 25 Nov") + " 11:00")
    await walk.say("hm")
    assert (await walk.screen())["text"].startswith(f"{said}\n\n🗓 ")


async def test_words_while_booking_by_hand_are_not_understood_kindly(walker: Walker, salon: Salon) -> None:
    await open_second_place(salon)
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, WEDNESDAY)
    walk = walker(MARIA.id)
    await walk.say("25.11")
    await walk.say("/today")
    await walk.tap("➕ Book a client")
    await walk.tap("‹ Back")
    await walk.tap("➕ Book a client")
    await walk.say("Анна")
    await walk.tap("📅 Book for them")
    await walk.say("hm")
    assert (await walk.screen())["text"].startswith(walk.word("Please choose from the list."))
