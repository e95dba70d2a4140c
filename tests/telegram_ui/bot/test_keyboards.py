from datetime import date

import pytest
from django.utils.translation import override

from bookings.read_models import DayState
from notifications.actions import Action
from telegram_ui.callbacks import Act, Part, Place
from telegram_ui.keyboards import bookings, flow, main, staff
from telegram_ui.keyboards.actions import render_actions
from telegram_ui.keyboards.rows import BLANK
from tests.telegram_ui.bot.cards import ZONE, booking, labels, slot

DRAFT = "abcdefgh"
TODAY = date(2026, 11, 22)


def test_the_calendar_numbers_free_days_marks_the_others_and_drops_weeks_that_are_over() -> None:
    states = {date(2026, 11, day): DayState.FREE for day in range(23, 31)}
    states |= {date(2026, 11, day): DayState.PAST for day in range(1, 22)}
    states[date(2026, 11, 22)] = DayState.FULL
    states[date(2026, 11, 29)] = DayState.CLOSED
    with override("en"):
        keyboard = flow.calendar(DRAFT, date(2026, 11, 1), states, first=TODAY, last=date(2027, 1, 21), back=None)
    assert labels(keyboard) == [
        [BLANK, "November", "›"],
        ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
        ["·", "·", "·", "·", "·", "·", "✕"],
        ["23", "24", "25", "26", "27", "28", "–"],
        ["30", *[BLANK] * 6],
        ["☰ Menu"],
    ]


def test_the_calendar_cannot_be_leafed_beyond_the_horizon() -> None:
    with override("en"):
        last = flow.calendar(DRAFT, date(2027, 1, 1), {}, first=TODAY, last=date(2027, 1, 21), back=None)
    assert labels(last)[0] == ["‹", "January", BLANK]


def test_few_times_stand_under_headings() -> None:
    slots = [slot(9), slot(9, 30), slot(13), slot(18), slot(18, 30)]
    with override("en"):
        keyboard = flow.times(DRAFT, slots, zone=ZONE, part=None)
    assert labels(keyboard)[:-1] == [
        ["Morning · 2"], ["09:00", "09:30"], ["Afternoon · 1"], ["13:00"], ["Evening · 2"], ["18:00", "18:30"],
    ]  # fmt: skip


def test_many_times_are_shown_a_part_at_a_time() -> None:
    slots = [slot(hour, minute) for hour in range(9, 20) for minute in (0, 30)]
    with override("ru"):
        morning = flow.times(DRAFT, slots, zone=ZONE, part=None)
        evening = flow.times(DRAFT, slots, zone=ZONE, part=Part.EVENING)
    assert labels(morning)[:3] == [
        ["• Утро 6", "День 10", "Вечер 6"], ["09:00", "09:30", "10:00", "10:30"], ["11:00", "11:30"],
    ]  # fmt: skip
    assert labels(evening)[0] == ["Утро 6", "День 10", "• Вечер 6"]
    assert labels(evening)[1][0] == "17:00"


def test_a_group_service_tells_the_seats_left() -> None:
    with override("en"):
        assert labels(flow.times(DRAFT, [slot(9, seats_left=3)], zone=ZONE, part=None))[0] == ["09:00 (3)"]


def test_a_single_visit_needs_no_number_and_several_do() -> None:
    with override("en"):
        assert labels(bookings.upcoming([booking()], has_past=False)) == [
            ["🔄 Move", "✖️ Cancel"], ["📅 To calendar", "🗺 Directions"], ["☰ Menu"],
        ]  # fmt: skip
        two = labels(bookings.upcoming([booking(), booking(id=8)], has_past=True))
    assert two == [
        ["1. 🔄 Move", "1. ✖️ Cancel"], ["2. 🔄 Move", "2. ✖️ Cancel"], ["📄 1", "📄 2"], ["🕘 Past visits", "☰ Menu"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "specialist_id", "first"),
    [("client", None, "📅 Book a visit"), ("specialist", 20, "📋 My day"), ("admin", None, "📋 Today's visits")],
)
def test_home_begins_with_what_the_role_needs(role: str, specialist_id: int | None, first: str) -> None:
    with override("en"):
        keyboard = main.home(role=role, specialist_id=specialist_id, today=TODAY.toordinal(), repeat=None)
    assert labels(keyboard)[0] == [first]
    assert ["📅 Book a visit"] in labels(keyboard)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_reply_keyboard_is_understood_in_any_language(language: str) -> None:
    with override(language):
        sent = [button.text for button in main.anchor().keyboard[0]]
    with override("en" if language == "ru" else "ru"):
        assert [main.place_of_label(text) for text in sent] == [Place.BOOK, Place.BOOKINGS, Place.HOME]
    assert main.place_of_label("anything else") is None


def test_actions_of_notifications_become_buttons() -> None:
    rows = ((Action("booking.done", (42,), "Yes"), Action("booking.no_show", (42,), "No")),)
    keyboard = render_actions(rows)
    assert labels(keyboard) == [["Yes", "No"]]
    assert Act.unpack(str(keyboard.inline_keyboard[0][0].callback_data)) == Act(name="done", booking_id=42)


@pytest.mark.parametrize(
    "action", [Action("booking.explode", (1,), "x"), Action("done", (1,), "x"), Action("booking.open", (), "x")]
)
def test_an_action_without_a_handler_is_refused(action: Action) -> None:
    with pytest.raises(ValueError, match=r"unknown action|wrong arguments"):
        render_actions(((action,),))


def test_labels_fit_a_phone() -> None:
    """Two a row hold about 17 characters, four about 7: longer ones are cut by Telegram."""
    for language in ("ru", "en"):
        with override(language):
            keyboards = [
                main.home(role="admin", specialist_id=1, today=TODAY.toordinal(), repeat=(1, "Окрашивание во…, вт 24.11 15:00")),
                main.profile(has_portrait=True), main.languages(), bookings.upcoming([booking(), booking(id=8)], has_past=True),
                bookings.card(booking(), may_rate=True), bookings.receipt(booking(), ask_phone=True), bookings.ask_cancel(booking()),
                staff.day([booking()], specialist_id=20, at=TODAY, today=TODAY, is_admin=True),
                staff.week([(TODAY, 12)], specialist_id=20), staff.reasons(booking()),
                staff.everybody([(20, "Константин Константинович", 12)], at=TODAY, today=TODAY),
                flow.windows(DRAFT, [slot(9), slot(10)], zone=ZONE, today=TODAY, specialist=None, may_choose_specialist=True, may_add=True, may_wait=True, back=None),
            ]  # fmt: skip
        for keyboard in keyboards:
            for row in labels(keyboard):
                limit = {1: 36, 2: 18, 3: 12}.get(len(row), 7)
                assert all(len(text) <= limit for text in row), (language, row)
