"""Walks through the other modules of the editor: what an admin taps and types, and what is in the database then."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Q

from bookings.models import (
    CalendarOverride,
    Company,
    Location,
    Promotion,
    Room,
    Specialist,
    SpecialistService,
    Tag,
    WorkingHours,
)
from notifications.models import AdTemplate, NotificationPolicy, NotificationSetting
from tests.telegram_ui.bot.conftest import JAMES, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.salon import Salon

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


@dataclass(frozen=True)
class Tap:
    """``text``: the beginning of a label, each part a text of its own."""

    text: tuple[str, ...]


@dataclass(frozen=True)
class Say:
    """What is typed: in Russian by Olga, in English by Oscar."""

    russian: str
    english: str = ""


@dataclass(frozen=True)
class Here:
    """A place on the map is sent."""

    latitude: float
    longitude: float


def tap(*text: str) -> Tap:
    return Tap(text)


@dataclass(frozen=True)
class Story:
    acts: Sequence[Tap | Say | Here]
    told: Callable[[], Awaitable[Any]]
    expected: Any


async def _specialist() -> Any:
    made = await Specialist.objects.prefetch_related("locations").alatest("pk")
    offers = [offer async for offer in SpecialistService.objects.filter(specialist=made).order_by("pk")]
    return len(made.locations.all()), [(offer.price, offer.duration_minutes) for offer in offers], made.is_active


async def _location() -> Any:
    made = await Location.objects.alatest("pk")
    return made.timezone, str(made.latitude), str(made.longitude), made.phone, await Room.objects.acount()


async def _closings() -> Any:
    return [
        (row.kind, str(row.date_from), str(row.date_to), row.starts_at and str(row.starts_at), row.reason)
        async for row in CalendarOverride.objects.order_by("pk")
    ]


async def _hours() -> Any:
    rows = WorkingHours.objects.filter(
        Q(specialist=None, weekday__in=(0, 5, 6)) | Q(specialist__offers__price=1800)
    )
    return sorted(
        [
            (row.specialist_id is not None, row.weekday, f"{row.starts_at:%H:%M}-{row.ends_at:%H:%M}")
            async for row in rows
        ]
    )


async def _seasons() -> Any:
    rows = WorkingHours.objects.exclude(valid_from=None, valid_to=None)
    return sorted(
        [
            (row.specialist_id is not None, row.weekday, f"{row.starts_at:%H:%M}-{row.ends_at:%H:%M}", str(row.valid_from), str(row.valid_to))
            async for row in rows
        ]
    )  # fmt: skip


async def _promotion() -> Any:
    made = await Promotion.objects.prefetch_related("services").aget()
    days = (str(made.valid_from), str(made.valid_to))
    return made.code, made.kind, str(made.value), *days, made.usage_limit, len(made.services.all())


async def _tags() -> Any:
    return [tag.name async for tag in Tag.objects.all()]


async def _company() -> Any:
    row = await Company.objects.aget()
    return (
        row.phone,
        row.currency,
        row.slot_step_minutes,
        row.min_notice_minutes,
        row.max_open_bookings,
        row.auto_confirm,
    )


async def _setting() -> Any:
    row = await NotificationSetting.objects.aget(kind="booking_created", role="client", channel="telegram")
    policy = await NotificationPolicy.objects.aget()
    quiet = (str(policy.quiet_from), str(policy.quiet_until))
    return row.enabled, row.text_ru, policy.reminder_minutes, *quiet, policy.review_after_minutes


async def _ad() -> Any:
    row = await AdTemplate.objects.aget()
    return row.name, row.text_ru, row.text_en, str(row.starts_at), row.weight


STORIES = {
    "specialists": Story(
        (
            tap("👩‍🎨 ", "Specialists"), tap("➕ New specialist"), Say("Вера <3", "Vera <3"), tap("Skip"),
            tap("⬜️ ", "Pokrovka"), tap("Next ›"), tap("✅ Save"),
            tap("💰 Their services"), tap("➕ One more service"), tap("Haircut"), Say("2 000"), tap("as everybody’s"),
            tap("✅ Save"), tap("‹ Back"), tap("➕ One more service"), Say("стрижка", "haircut"), tap("‹ Back"),
            tap("Haircut"), tap("Own duration"), tap("45 "), tap("Own price"), tap("✖️ ", "as everybody’s"),
            tap("‹ Back"), tap("‹ Back"), tap("About them"), Say("Мастер", "Master"), tap("‹ Back"),
            tap("Works at"), tap("✅ ", "Pokrovka"), tap("⬜️ ", "Pokrovka"), tap("Done"),
        ),
        _specialist, (1, [(None, 45)], True),
    ),
    "prices": Story(
        (
            tap("💰 ", "Prices"), tap("Haircut"), Say("катя", "kate"), tap("Own price"), Say("1 900,00"),
            tap("‹ Back"), tap("Maria"), tap("🗑 Delete"), tap("Yes, delete"), tap("‹ Back"),
        ),
        _specialist, (1, [(1900, None), (None, None)], True),
    ),
    "locations": Story(
        (
            tap("📍 ", "Locations"), tap("➕ New location"), Say("Арбат", "Arbat"), tap("Skip"), tap("Skip"),
            Say("где-то", "somewhere"), Say("Екатеринбург", "Yekaterinburg"), Say("+7 343 000-00-00"),
            Say("там", "there"), Here(56.8336, 60.5947), tap("✅ Save"),
            tap("🚪 Rooms"), tap("➕ New room"), Say("Кабинет 1", "Room 1"), tap("Skip"), tap("✅ Save"),
            tap("‹ Back"), tap("‹ Back"), tap("On the map"), Say("56.8, 60.6"), tap("🗄 Archive"), tap("Yes, archive"),
            tap("‹ Back"),
        ),
        _location, ("Asia/Yekaterinburg", "56.800000", "60.600000", "+7 343 000-00-00", 1),
    ),
    "days_off": Story(
        (
            tap("📆 ", "Days off"), tap("➕ New day off"), tap("⛔ Closed"), Say("мария", "maria"), Say("скоро", "soon"),
            Say("25.12 - 31.12"), Say("отпуск", "leave"), tap("✅ Save"), tap("When"),
            Say("31.12 14:00-13:00"), Say("31.12 10:00-16:00"), tap("‹ Back"),
            tap("➕ New day off"), tap("🕘 Open at other hours"), tap("📍 ", "Pokrovka"), Say("30.11"),
            Say("30.11 12:00-15:00"), tap("Skip"), tap("✅ Save"), tap("‹ Back"),
        ),
        _closings,
        [("closed", "2026-12-31", "2026-12-31", "10:00:00", ("отпуск", "leave")), ("open", "2026-11-30", "2026-11-30", "12:00:00", "")],
    ),
    "hours": Story(
        (
            tap("📍 ", "Locations"), tap("Pokrovka"), tap("🕘 Working hours"), tap("Mo"), Say("скоро", "soon"),
            Say("9-13, 12-18"), Say("9-13, 14-18"), tap("Mo"), tap("‹ Back"), tap("Mo"), tap("⛔ Closed"),
            Say("сб 10-15; вс выходной", "sat 10-15; sun closed"), Say("?"), tap("‹ Back"), tap("‹ Back"), tap("‹ Back"),
            tap("👩‍🎨 ", "Specialists"), tap("Kate"), tap("🕘 Working hours"), tap("Mo"), Say("вт-ср 9-12", "tue-wed 9-12"),
            Say("сб 14-10", "sat 14-10"), tap("No, type it anew"), Say("сб 14-10", "sat 14-10"), tap("Yes, until the next day"),
        ),
        _hours,
        [(False, 5, "10:00-15:00"), (True, 1, "09:00-12:00"), (True, 2, "09:00-12:00"), (True, 3, "10:00-19:00"), (True, 5, "14:00-10:00")],
    ),
    "seasons": Story(
        (
            tap("📍 ", "Locations"), tap("Pokrovka"), tap("🕘 Working hours"), tap("📅 Hours for a time"), Say("летом", "in summer"),
            tap("➕ Other days"), tap("‹ Back"), tap("➕ Other days"), Say("летом", "in summer"), Say("31.08 - 01.06.2026"),
            Say("01.06 - 31.08"), Say("пн-пт 19-21; вс 12-16", "mon-fri 19-21; sun 12-16"), tap("Mo"), Say("19-22"),
            tap("Tu"), tap("✖️ As always"), tap("🗓 Other days"), tap("‹ Back"), tap("🗓 Other days"), Say("?"), Say("с 01.06", "from 01.06"),
            tap("‹ Back"), tap("➕ Other days"), Say("15.12 - 31.12"), tap("Mo"), Say("8-10"), tap("🗓 Other days"), Say("с 01.06", "from 01.06"),
            tap("‹ Back"), tap("🗑 Delete"), Say("да", "yes"), tap("No, keep it"), tap("🗑 Delete"), tap("Yes, delete"), tap("‹ Back"), tap("‹ Back"),
            tap("‹ Back"), tap("‹ Back"), tap("👩‍🎨 ", "Specialists"), tap("Kate"), tap("🕘 Working hours"), tap("📅 Hours for a time"),
            Say("до 31.12", "until 31.12"), Say("вс 12-16", "sun 12-16"), tap("‹ Back"),
        ),
        _seasons,
        [
            (False, 0, "19:00-22:00", "2027-06-01", "None"), (False, 2, "19:00-21:00", "2027-06-01", "None"), (False, 3, "19:00-21:00", "2027-06-01", "None"),
            (False, 4, "19:00-21:00", "2027-06-01", "None"), (False, 6, "12:00-16:00", "2027-06-01", "None"), (True, 6, "12:00-16:00", "None", "2026-12-31"),
        ],
    ),
    "promotions": Story(
        (
            tap("🎁 ", "Promotions"), tap("➕ New promotion"), Say("осень!", "autumn!"), Say("FALL-26"), tap("percent"), Say("150"),
            Say("20"), tap("always"), tap("no limit"), tap("Next ›"), tap("✏️ ", "Discount"), tap("‹ Back"),
            tap("✏️ ", "Discount"), Say("15%"), tap("✏️ ", "Days"), Say("с 25.11", "from 25.11"), tap("✏️ ", "For services"),
            tap("⬜️ ", "Manicure"), tap("Next ›"), tap("✅ Save"), tap("Uses in all"), Say("100"), tap("Days"), Say("до 30.11", "until 30.11"),
            tap("Minimum price"), Say("1000"), tap("‹ Back"),
        ),
        _promotion, ("FALL-26", "percent", "15.00", "None", "2026-11-30", 100, 1),
    ),
    "tags": Story(
        (
            tap("🏷 ", "Tags"), tap("➕ New tag"), Say("x" * 41), Say("Студент", "Student"), tap("✅ Save"), tap("‹ Back"),
            tap("➕ New tag"), Say("СТУДЕНТ", "STUDENT"), Say("VIP"), tap("✅ Save"), tap("Name"), Say("Золотой", "Gold"),
            tap("🗑 Delete"), tap("No, keep it"), tap("🗑 Delete"), tap("Yes, delete"),
        ),
        _tags, [("Студент", "Student")],
    ),
    "company": Story(
        (
            tap("🏢 ", "Company"), tap("Phone number"), Say("+7 495 000-00-00"), tap("Currency"), Say("рубли", "euros"), Say("XXX"),
            tap("EUR"), tap("📏 Booking rules"), tap("Starts every"), tap("15 "), tap("Minimum notice"), Say("2 ч", "2 h"),
            tap("Open visits"), Say("3"), tap("✅ ", "Confirm at once"), Say("?"), tap("‹ Back"),
        ),
        _company, ("+7 495 000-00-00", "EUR", 15, 120, 3, False),
    ),
    "notifications": Story(
        (
            tap("🔔 ", "Notifications"), Say("запись создана", "booking created"), Say("клиент telegram", "client telegram"),
            tap("Text in Russian"), Say("Привет, {nobody}!"), Say("Ждём вас, {client}! <b>{time}</b>"),
            tap("👁 Preview"), tap("‹ Back"), tap("✅ ", "Is sent"), tap("‹ Back"), tap("‹ Back"),
            tap("⏰ When we write"), tap("Reminders"), Say("30 дней", "30 days"), Say("1 день, 3 часа", "1 day, 3 hours"), tap("Quiet hours"), Say("10-10"), Say("23-9"),
            tap("Ask for a review"), tap("✖️ ", "never"), tap("‹ Back"),
        ),
        _setting, (False, "Ждём вас, {client}! <b>{time}</b>", [1440, 180], "23:00:00", "09:00:00", None),
    ),
    "ads": Story(
        (
            tap("📣 ", "Advertisements"), tap("➕ New ad"), Say("Осень", "Autumn"), tap("Skip"), tap("Skip"), tap("at once"),
            tap("for good"), tap("✅ Save"), Say("Скидки <u>всем</u>"), tap("✏️ ", "Shown from"), Say("25.12 10:00"),
            tap("✏️ ", "Shown until"), Say("24.12"), tap("for good"), tap("✅ Save"),
            tap("👁 Preview"), tap("‹ Back"), tap("Weight"), tap("2"), tap("Text in English"), Say("<script>"), Say("For <b>all</b>"),
            tap("‹ Back"),
        ),
        _ad, (("Осень", "Autumn"), "Скидки <u>всем</u>", "For <b>all</b>", "2026-12-25 07:00:00+00:00", 2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
@ADMINS
async def test_a_module_is_walked(walker: Walker, salon: Salon, admin: int, name: str) -> None:
    walk, story = walker(admin), STORIES[name]
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    for act in story.acts:
        if isinstance(act, Tap):
            await walk.tap(*act.text)
        elif isinstance(act, Here):
            await walk.location(act.latitude, act.longitude)
        else:
            await walk.say(act.russian if walk.language == "ru" else act.english or act.russian)
    walk.check(f"{name}.{walk.language}")
    assert _in(walk.language, await story.told()) == _in(walk.language, story.expected)


def _in(language: str, told: Any) -> Any:
    """A pair of a Russian and an English text is whichever was typed."""
    if isinstance(told, tuple | list):
        if len(told) == 2 and all(isinstance(one, str) for one in told) and isinstance(told, tuple):
            return told[0 if language == "ru" else 1]
        return [_in(language, one) for one in told]
    return told


async def test_hours_that_hold_always_are_no_period(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await walk.say("/start")
    said = await walk.stale((await walk.screen())["message_id"], f"eu:{salon.location.pk}:0:::del")
    assert said == "This button is out of date. Here is how things are now."
    assert await WorkingHours.objects.filter(specialist=None).acount() == 6


@pytest.mark.parametrize(
    "data", ["eo:{}:0:0", "eo:{}:0:1", "eu:{}:0:739800:739900:open", "eu:{}:0:739800:739900:del"]
)
async def test_seasons_are_for_admins(walker: Walker, salon: Salon, data: str) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    said = await walk.stale((await walk.screen())["message_id"], data.format(salon.location.pk))
    assert said == "This part is for the team."
