"""An admin edits services and categories: the editor's pattern, from each step back, and what stands in its way."""

from decimal import Decimal

import pytest

from bookings.models import AuditEntry, Service, ServiceCategory
from tests.telegram_ui.bot.conftest import JAMES, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


async def to_services(walk: Walk) -> None:
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("✂️ Services")


@ADMINS
async def test_a_service_is_added_step_by_step(walker: Walker, salon: Salon, admin: int) -> None:
    walk = walker(admin)
    await to_services(walk)
    await walk.tap("➕ New service")
    await walk.tap("Hair")
    await walk.tap("‹ Back")
    await walk.say(walk.word("Hair"))
    await walk.say("Beard & <b>moustache</b>")
    await walk.tap("Skip")
    await walk.tap("‹ Back")
    await walk.tap("Skip")
    await walk.say("for ever")
    await walk.say("1 ч 15 мин" if walk.language == "ru" else "1h 15m")
    await walk.say("cheap")
    await walk.say("1 200,50 ₽")
    await walk.say("ok")
    message_id, save = await walk.data_of("✅ Save")
    await walk.tap("✅ Save")
    await walk.stale(message_id, save)
    made = await Service.objects.aget(duration_minutes=75)
    assert (made.price, made.category_id) == (Decimal("1200.50"), salon.haircut.category_id)
    assert str(made.name.localize(walk.language)) == "Beard & <b>moustache</b>"
    entry = await AuditEntry.objects.aget(action="created", entity="service")
    assert (entry.door, entry.entity_id) == ("bot", made.pk)
    walk.check(f"services_new.{walk.language}")


@ADMINS
async def test_each_field_of_a_service_is_changed(walker: Walker, salon: Salon, admin: int) -> None:
    walk = walker(admin)
    await to_services(walk)
    await walk.tap("Haircut")
    await walk.tap("Name")
    await walk.tap("‹ Back")
    await walk.tap("Name")
    await walk.say("x" * 201, shown="(201 letters)")
    await walk.say("Cut")
    await walk.say("Стрижка+" if walk.language == "en" else "Cut+")
    await walk.tap("Description")
    await walk.say("Two\nlines <i>")
    await walk.tap("‹ Back")
    await walk.tap("Description")
    await walk.tap("✖️ Clear")
    await walk.tap("Duration")
    await walk.say("2 min")
    await walk.tap("1 h 30 min" if walk.language == "en" else "1 ч 30 мин")
    await walk.tap("Category")
    await walk.tap("Nails")
    await walk.tap("Price")
    await walk.say("free" if walk.language == "en" else "бесплатно")
    await walk.tap("⬜️ ", "Needs a room")
    await walk.say("what now?")
    service = await Service.objects.aget(pk=salon.haircut.pk)
    assert (service.duration_minutes, service.price, service.needs_room) == (90, Decimal(0), True)
    assert service.category_id == salon.manicure.category_id
    assert service.description.data == {"ru": "", "en": ""} or not str(service.description)
    assert set(service.name.data.values()) == {"Cut", "Стрижка+" if walk.language == "en" else "Cut+"}
    walk.check(f"services_edit.{walk.language}")


@ADMINS
async def test_a_service_in_use_is_archived_instead_of_deleted(walker: Walker, salon: Salon, admin: int) -> None:
    client = walker(JAMES.id)
    await client.say("/start")
    await past_visit(salon, JAMES.id, days_ago=1)
    walk = walker(admin)
    await to_services(walk)
    await walk.say(walk.word("Haircut"))
    await walk.tap("🗑 Delete")
    await walk.tap("No, keep it")
    await walk.tap("🗑 Delete")
    await walk.tap("Yes, delete")
    await walk.tap("🗄 Archive")
    await walk.tap("‹ Back")
    assert not (await Service.objects.aget(pk=salon.haircut.pk)).is_active
    await walk.tap("🗄 ", "Haircut")
    await walk.tap("♻️ Offer again")
    assert (await Service.objects.aget(pk=salon.haircut.pk)).is_active
    await walk.tap("🗄 Archive")
    await walk.tap("Yes, archive")
    walk.check(f"services_archive.{walk.language}")


@ADMINS
async def test_categories_beside_services(walker: Walker, salon: Salon, admin: int) -> None:
    walk = walker(admin)
    await to_services(walk)
    await walk.tap("📁 Categories")
    await walk.tap("➕ New category")
    await walk.say("Make-up")
    await walk.say("Макияж" if walk.language == "en" else "Make-up")
    await walk.tap("✅ Save")
    await walk.tap("Place in lists")
    await walk.say("first")
    await walk.say("5")
    await walk.tap("🗑 Delete")
    await walk.tap("Yes, delete")
    assert await ServiceCategory.objects.acount() == 2
    await walk.tap("Hair")
    await walk.tap("🗑 Delete")
    await walk.tap("Yes, delete")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    await walk.say("nowhere to be found")
    assert await ServiceCategory.objects.acount() == 2
    walk.check(f"categories.{walk.language}")
