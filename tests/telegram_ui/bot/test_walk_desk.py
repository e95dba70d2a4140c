"""Bookings as admins look through them: by day, by specialist, by client; somebody else takes a visit over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async

from bookings.actor import SYSTEM
from bookings.models import Booking, BookingItem, Location, Service, User
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from tests.telegram_ui.bot.conftest import ANNA, JAMES, MARIA, NOW, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit, visit
from tests.telegram_ui.bot.salon import Salon, open_second_place

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])

#: Tuesday, 11:00 in Moscow: Kate works, too.
TUESDAY = NOW.replace(day=24, hour=8)


@ADMINS
async def test_an_admin_looks_through_the_days(walker: Walker, salon: Salon, admin: int) -> None:
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, TUESDAY)
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📋 Bookings")
    await walk.tap("📆 Month")
    await walk.tap("›")
    await walk.tap("‹ ", "Back")
    await walk.tap("📆 Month")
    await walk.tap("‹")
    await walk.tap("24•")
    await walk.tap("👤 By specialist")
    await walk.tap("Kate")
    await walk.tap("📆 Month")
    await walk.tap("‹ ", "Back")
    await walk.say("24.11")
    await walk.say(walk.word("Maria"))
    await walk.tap("🗓 Week")
    await walk.say("nonsense <b>")
    walk.check(f"desk_days.{walk.language}")


@ADMINS
async def test_days_of_several_places_are_looked_at_one_place_at_a_time(
    walker: Walker, salon: Salon, admin: int
) -> None:
    """Clocks differ, so each place is named with its own."""
    for person in (ANNA, JAMES):
        await walker(person.id).say("/start")
    await visit(salon, JAMES.id, TUESDAY)
    arbat = await open_second_place(salon)
    await sync_to_async(create_booking)(
        actor=SYSTEM,
        client_id=(await User.objects.aget(tg_id=ANNA.id)).pk,
        location_id=arbat.pk,
        items=(
            ItemRequest(
                (await Service.objects.aget(name__icontains="Service 0", category=salon.haircut.category)).pk
            ),
        ),
        starts_at=TUESDAY - timedelta(hours=1),
    )
    walk = walker(admin)
    await walk.say("/tomorrow")
    _message, there = await walk.data_of("📍 ", "Arbat")
    await walk.tap("📍 ", "Arbat")
    await walk.say("25.11")
    await walk.tap("‹ ")
    await walk.say(walk.word("Pokrovka"))
    await walk.say("hm")
    await walk.tap("📍 All places")
    await Location.objects.filter(pk=arbat.pk).aupdate(is_active=False)
    await walk.stale((await walk.screen())["message_id"], there)
    walk.check(f"desk_places.{walk.language}")


async def test_figures_lead_back_to_the_day_they_were_opened_from(walker: Walker) -> None:
    walk = walker(MARIA.id)
    await walk.say("/today")
    await walk.say("05.12")
    await walk.tap("📈 Figures")
    await walk.tap("By months")
    await walk.tap("‹ ", "Back")
    assert (await walk.screen())["text"].startswith("Суббота, 5 декабря")


@ADMINS
async def test_somebody_else_takes_a_visit_over(walker: Walker, salon: Salon, admin: int) -> None:
    await walker(JAMES.id).say("/start")
    await visit(salon, JAMES.id, TUESDAY)
    walk = walker(admin)
    await walk.say("/tomorrow")
    await walk.tap("Maria")
    await walk.tap("11:00")
    await walk.tap("👥 Another specialist")
    await walk.tap("‹ Back")
    await walk.tap("👥 Another specialist")
    _first, kate = await walk.data_of("Kate")
    await walk.say("hm?")
    await walk.say("/tomorrow")
    await walk.tap("Maria")
    await walk.tap("11:00")
    await walk.tap("👥 Another specialist")
    await walk.tap("Kate")
    live = (await walk.screen())["message_id"]
    await walk.stale(live, kate)
    item = await BookingItem.objects.select_related("specialist", "booking").aget()
    assert item.specialist == salon.kate
    assert (item.booking.starts_at, item.price) == (TUESDAY, Decimal(1500)), "the agreed price stays"
    assert item.booking.version == 2, "the same press twice changes once"
    await walk.tap("‹ Back")
    await visit(salon, JAMES.id, TUESDAY + timedelta(hours=2))
    await visit(salon, JAMES.id, TUESDAY + timedelta(hours=3))
    await walk.tap("👥 Everybody")
    walk.check(f"reassign.{walk.language}")


async def test_of_several_services_one_goes_to_somebody_else(walker: Walker, salon: Salon) -> None:
    await walker(ANNA.id).say("/start")
    await sync_to_async(create_booking)(
        actor=SYSTEM,
        client_id=(await User.objects.aget(tg_id=ANNA.id)).pk,
        location_id=salon.location.pk,
        items=(ItemRequest(salon.haircut.pk, salon.maria.pk), ItemRequest(salon.manicure.pk, salon.maria.pk)),
        starts_at=TUESDAY,
    )
    walk = walker(OSCAR.id)
    await walk.say("/tomorrow")
    await walk.tap("Maria")
    await walk.tap("11:00")
    await walk.tap("👥 Another specialist")
    await walk.tap("Manicure – Maria")
    assert "Nobody else is free at this time." in (await walk.screen())["text"]
    await walk.tap("‹ Back")
    await walk.tap("Haircut – Maria")
    await walk.tap("Kate")
    givers = [item.specialist_id async for item in BookingItem.objects.order_by("position")]
    assert givers == [salon.kate.pk, salon.maria.pk]


async def test_nobody_free_is_said_and_who_got_busy_in_between(walker: Walker, salon: Salon) -> None:
    for client in (ANNA, JAMES):
        await walker(client.id).say("/start")
    card = await visit(salon, ANNA.id, TUESDAY)
    walk = walker(OSCAR.id)
    await walk.say("/tomorrow")
    await walk.tap("Maria")
    await walk.tap("11:00")
    await walk.tap("👥 Another specialist")
    await sync_to_async(create_booking)(
        actor=SYSTEM,
        client_id=(await User.objects.aget(tg_id=JAMES.id)).pk,
        location_id=salon.location.pk,
        items=(ItemRequest(salon.haircut.pk, salon.kate.pk),),
        starts_at=TUESDAY,
    )
    assert await walk.tap("Kate") == "They are not free at this time."
    assert "Nobody else is free at this time." in (await walk.screen())["text"]
    item = await BookingItem.objects.aget(booking=card.id)
    assert item.specialist_id == salon.maria.pk


@pytest.mark.parametrize(
    "data", ["b:{id}:1:who", "br:{id}:1:0:0", "br:{id}:1:0:{kate}", "ip:{client}:0", "ks:739944"]
)
async def test_only_admins_hand_visits_over_and_see_everybody(walker: Walker, salon: Salon, data: str) -> None:
    await walker(JAMES.id).say("/start")
    card = await visit(salon, JAMES.id, TUESDAY)
    walk = walker(MARIA.id)
    await walk.say("/start")
    pressed = data.format(id=card.id, kate=salon.kate.pk, client=card.client.id)
    toast = await walk.stale((await walk.screen())["message_id"], pressed)
    assert toast == "Этот раздел – для сотрудников."
    assert (await BookingItem.objects.aget()).specialist_id == salon.maria.pk


@ADMINS
async def test_past_visits_of_a_client(walker: Walker, salon: Salon, admin: int) -> None:
    await walker(ANNA.id).say("/start")
    for days in range(1, 8):
        await past_visit(salon, ANNA.id, days_ago=days)
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔎 Find a client")
    await walk.say("анна")
    await walk.tap("🕘 Past visits")
    await walk.tap("Earlier ›")
    await walk.tap("‹ Later")
    await walk.tap("2. ")
    assert await Booking.objects.acount() == 7
    await walk.tap("‹ Back")
    walk.check(f"client_past.{walk.language}")
