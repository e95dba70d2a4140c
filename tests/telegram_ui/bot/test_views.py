from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from bookings.enums import BookingStatus
from bookings.read_models import ClientCard
from telegram_ui.views import bookings as views, flow, staff
from telegram_ui.views.format import (
    beside,
    duration,
    long_date,
    long_period,
    money,
    month_title,
    near_moment,
    price,
    safe,
    short,
    weekday_titles,
)
from tests.telegram_ui.bot.cards import START, ZONE, booking, both, location, service

TODAY = date(2026, 11, 22)


@pytest.fixture
def ru() -> Iterator[None]:
    with override("ru"):
        yield


@pytest.fixture
def en() -> Iterator[None]:
    with override("en"):
        yield


def test_russian_dates_and_money(ru: None) -> None:
    assert long_date(date(2026, 11, 24), TODAY) == "вторник, 24 ноября"
    assert long_date(date(2027, 1, 2), TODAY) == "суббота, 2 января 2027"
    assert near_moment(START, ZONE, TODAY) == "вт 24.11 15:00"
    assert near_moment(START, ZONE, date(2026, 11, 23)) == "Завтра 15:00"
    assert month_title(date(2026, 11, 1)) == "Ноябрь 2026"
    assert weekday_titles() == ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"]
    assert money(Decimal(1500), "RUB") == "1\xa0500\xa0₽"
    assert money(Decimal("99.90"), "EUR") == "99,90\xa0€"
    assert duration(90) == "1 ч 30 мин"


def test_english_dates_and_money(en: None) -> None:
    assert long_date(date(2026, 11, 24), TODAY) == "Tuesday, 24 November"
    assert near_moment(START, ZONE, TODAY) == "Tue 24 Nov 15:00"
    assert near_moment(START, ZONE, date(2026, 11, 24)) == "Today 15:00"
    assert weekday_titles() == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert money(Decimal(1500), "RUB") == "₽1,500"
    assert money(Decimal("99.90"), "EUR") == "€99.90"
    assert price(Decimal(0), "EUR") == "free of charge"
    assert price(Decimal(35), "EUR", varies=True) == "from €35"
    assert (duration(60), duration(45), duration(0)) == ("1 h", "45 min", "0 min")
    assert (long_period(120), long_period(1), long_period(2880)) == ("2 hours", "1 minute", "2 days")


def test_the_location_decides_the_clock_and_the_date(en: None) -> None:
    late = booking(starts_at=START + timedelta(hours=10), location=location(zone="Asia/Kolkata"))
    assert "Wednesday, 25 November, 03:30–04:15" in views.card(late, TODAY)


HOSTILE = "<b>O'Neil</b> & <a href='x'>sons</a>"


def test_text_of_people_and_of_the_catalogue_is_escaped(en: None) -> None:
    card = booking(
        client=ClientCard(id=5, name=HOSTILE, phone="<i>", tg_id=1, language="en"),
        comment=HOSTILE,
        location=location(name=both(HOSTILE, HOSTILE), address=both(HOSTILE, HOSTILE)),
    )
    for text in (staff.card(card, TODAY), views.card(card, TODAY), staff.day([card], TODAY, TODAY)):
        assert "<a href" not in text
        assert "<i>" not in text
    text = flow.choose_service([service(name=both(HOSTILE, HOSTILE))], None)
    assert "<a href" not in text
    assert safe(HOSTILE) == "&lt;b&gt;O'Neil&lt;/b&gt; &amp; &lt;a href='x'&gt;sons&lt;/a&gt;"


def test_long_labels_are_cut_where_one_can_see_it() -> None:
    assert short("Очень длинное название услуги для кнопки", 20) == "Очень длинное назва…"
    assert short("Short", 20) == "Short"


def test_a_pending_booking_is_not_called_booked(en: None) -> None:
    assert "You are booked" in views.receipt(booking(), TODAY)
    pending = views.receipt(booking(status=BookingStatus.PENDING), TODAY)
    assert "request is in" in pending
    assert "booked" not in pending


def test_days_of_several_places_name_each_and_the_clock_it_goes_by(en: None) -> None:
    here, there = (
        booking(),
        booking(id=8, location=location(id=2, name=both("Центр", "Centre"), zone="Asia/Yekaterinburg")),
    )
    text = staff.everybody([("Maria", [here]), ("Kate", [here]), ("Olga", [there])], TODAY, TODAY)
    assert text.count("📍 Tverskaya, UTC+3\n\n👤 <b>Maria</b>") == 1
    assert text.count("Tverskaya") == 1, "once for all who work there"
    assert "📍 Centre, UTC+5\n\n👤 <b>Olga</b>" in text
    assert "17:00–17:45</b> Haircut – Анна 📍 Centre, UTC+5" in staff.day([here, there], TODAY, TODAY)
    assert "📍" not in staff.everybody([("Maria", [here])], TODAY, TODAY) + staff.day([here], TODAY, TODAY)


def test_everybody_fits_a_message_however_many_visits(en: None) -> None:
    long = booking(client=ClientCard(id=5, name="N" * 150, phone="", tg_id=1, language="en"))
    groups = [(f"Specialist {number}", [long] * 12) for number in range(25)]
    assert len(staff.everybody(groups, TODAY, TODAY)) < 4096
    assert len(staff.day([long] * 40, TODAY, TODAY)) < 4096


def test_beside_facts_it_is_the_name_that_is_cut() -> None:
    assert beside("Pedicure", "₽3,300 · 1 h") == "Pedicure · ₽3,300 · 1 h"
    cut = beside("Single-tone colouring", "₽6,500 · 2 h 30 min")
    assert (cut, len(cut) <= 34) == ("Single-tone… · ₽6,500 · 2 h 30 min", True)
    assert beside("Colouring", "f" * 40).startswith("Colouri… · f")
