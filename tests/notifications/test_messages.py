"""What people read, word for word, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from bookings.enums import BookingStatus
from notifications.actions import Action
from notifications.details import Facts
from notifications.messages import Message, render
from notifications.templates import BY_ROLE
from telegram_ui.keyboards.actions import render_actions
from tests.notifications.cards import CARD, ITEM, TODAY, both, facts


def text(template: str, role: str, language: str, what: Facts, own_text: str = "") -> str:
    return render(template=template, role=role, language=language, facts=what, own_text=own_text).text


def test_client_is_booked() -> None:
    assert text("created", "client", "en", facts()) == (
        "✅ <b>You are booked!</b>\n\n"
        "▫️ Haircut\n👤 Anna\n🗓 Tuesday, 24 November, 15:00\n📍 Arbat, 5 Arbat St\n💳 ₽1,500\n\n"
        "See you soon!"
    )
    assert text("created", "client", "ru", facts()) == (
        "✅ <b>Вы записаны!</b>\n\n"
        "▫️ Стрижка\n👤 Анна\n🗓 вторник, 24 ноября, 15:00\n📍 На Арбате, Арбат, 5\n💳 1\xa0500\xa0₽\n\n"
        "До встречи!"
    )


def test_a_booking_that_waits_for_confirmation_is_called_a_request() -> None:
    waiting = facts(status=BookingStatus.PENDING)
    assert text("created", "client", "en", waiting).startswith("📝 <b>Your request has been received</b>")
    assert text("created", "client", "ru", waiting).startswith("📝 <b>Ваша заявка принята</b>")


def test_specialist_reads_who_comes() -> None:
    assert text("new_booking", "specialist", "ru", facts(comment="Люблю тишину")) == (
        "🆕 <b>Новая запись</b>\n\n▫️ Стрижка\n🗓 вторник, 24 ноября, 15:00\n📍 На Арбате, Арбат, 5\n"
        "🙂 James Carter, +44 20 7946 0000\n💬 Люблю тишину"
    )


def test_a_move_says_from_when_to_when_and_why() -> None:
    moved = facts({"old_starts_at": "2026-11-23T09:30:00+00:00", "reason": "Anna is ill"})
    assert text("yours_moved", "client", "en", moved) == (
        "🔁 <b>Your visit has been moved</b>\n\n▫️ Haircut\n👤 Anna\nWas: Monday, 23 November, 12:30\n"
        "Now: Tuesday, 24 November, 15:00\n📍 Arbat, 5 Arbat St\nReason: Anna is ill"
    )


def test_whom_a_part_was_taken_from_reads_of_that_part_alone() -> None:
    later = replace(
        ITEM, id=2, service_name=both("Маникюр", "Manicure"), specialist_id=3,
        starts_at=ITEM.starts_at + timedelta(hours=1), ends_at=ITEM.ends_at + timedelta(hours=1),
    )  # fmt: skip
    taken = facts(
        {"old_starts_at": "2026-11-24T12:00:00+00:00", "old_specialist_ids": [1, 2], "specialist_ids": [1, 3]},
        items=(ITEM, later),
    )
    assert text("taken_away", "specialist", "en", replace(taken, specialist_id=2)) == (
        "➡️ <b>Booking handed to a colleague</b>\n\n▫️ Manicure\nWas: Tuesday, 24 November, 16:00\n"
        "🙂 James Carter, +44 20 7946 0000"
    )


def test_a_visit_that_only_changed_hands_has_not_moved() -> None:
    same = {"old_starts_at": "2026-11-24T12:00:00+00:00", "starts_at": "2026-11-24T12:00:00+00:00"}
    assert text("yours_moved", "client", "en", facts(same)) == (
        "👥 <b>Your visit will be with another specialist</b>\n\n▫️ Haircut\n👤 Anna\n"
        "🗓 Tuesday, 24 November, 15:00\n📍 Arbat, 5 Arbat St\n\nThe time stays as it was."
    )
    assert text("moved", "admin", "ru", facts(same)).startswith("👥 <b>Другой специалист</b>")


@pytest.mark.parametrize(
    ("visits", "line"), [(2, "🔁 и ещё 1 визит\n"), (4, "🔁 и ещё 3 визита\n"), (12, "🔁 и ещё 11 визитов\n")]
)
def test_the_first_visit_of_a_series_tells_of_the_others(visits: int, line: str) -> None:
    assert line in text("created", "client", "ru", facts({"visit": 1, "visits": visits}))
    assert "🔁" not in text("created", "client", "ru", facts({"visit": 1, "visits": 1}))


def test_own_words_do_not_hide_that_a_series_is_meant() -> None:
    series = facts({"visit": 1, "visits": 3})
    assert text("created", "client", "en", series, own_text="See you on {date}!").endswith(
        "!\n🔁 and 2 more visits"
    )
    assert text("created", "client", "en", series, own_text="{details}").count("🔁") == 1
    assert text("created", "client", "en", facts(), own_text="See you!") == "See you!"


def test_cancelled_without_a_reason_leaves_no_empty_line() -> None:
    assert text("yours_cancelled", "client", "ru", facts()) == (
        "❌ <b>Ваша запись отменена</b>\n\n▫️ Стрижка\n👤 Анна\n🗓 вторник, 24 ноября, 15:00\n\n"
        "Нам очень жаль. Другое время можно выбрать в пару касаний."
    )


def test_a_reason_given_by_button_is_worded_for_each_reader() -> None:
    asked, absent = facts({"reason": "client_request"}), facts({"reason": "specialist_absent"})
    assert text("cancelled", "admin", "ru", asked).endswith("Причина: по просьбе клиента")
    assert text("cancelled", "specialist", "en", absent).endswith("Reason: the specialist can't come")
    assert "Причина: специалист не сможет прийти" in text("yours_cancelled", "client", "ru", absent)
    own = text("yours_cancelled", "client", "en", asked)
    assert own.startswith("❌ <b>Your visit is cancelled, as you asked</b>")
    assert "Reason" not in own, "who asked knows why"
    assert "sorry" not in own


def test_completion_card_asks_with_two_buttons() -> None:
    card = render(template="did_client_come", role="admin", language="en", facts=facts())
    assert card.text.startswith("🏁 <b>The visit has ended. Did the client come?</b>")
    assert card.rows == ((Action("booking.done", (42,), "✅ Yes"), Action("booking.no_show", (42,), "🙅 No")),)


def test_times_are_those_of_the_location_even_across_midnight_and_new_year() -> None:
    tokyo = replace(CARD.location, zone="Asia/Tokyo")
    late = facts(location=tokyo, starts_at=datetime(2026, 12, 31, 15, 30, tzinfo=UTC))
    assert "🗓 Friday, 1 January 2027, 00:30" in text("created", "client", "en", late)


def test_names_from_outside_cannot_inject_markup_or_placeholders() -> None:
    hostile = facts(
        {"reason": "<script>"},
        client=replace(CARD.client, name='<b>Eve</b> & {price} <a href="x">'),
        items=(replace(ITEM, service_name=both("<i>", "<i>")),),
    )
    shown = text("cancelled", "admin", "en", hostile)
    assert '🙂 &lt;b&gt;Eve&lt;/b&gt; &amp; {price} &lt;a href="x"&gt;' in shown
    assert "▫️ &lt;i&gt;" in shown
    assert shown.endswith("Reason: &lt;script&gt;")


def test_a_link_to_the_map_when_the_place_is_known() -> None:
    there = replace(CARD.location, latitude=Decimal("55.75"), longitude=Decimal("37.59"))
    expected = '📍 <a href="https://maps.google.com/?q=55.75,37.59">Arbat, 5 Arbat St</a>'
    assert expected in text("created", "client", "en", facts(location=there))


@pytest.mark.parametrize(
    ("count", "russian"),
    [(1, "1 отложенная ошибка"), (3, "3 отложенные ошибки"), (11, "11 отложенных ошибок")],
)
def test_russian_plurals(count: int, russian: str) -> None:
    alert = Facts(today=TODAY, payload={"letters": count})
    assert f"✉️ {russian}\n" in text("dead_letters", "admin", "ru", alert)


def test_own_text_replaces_the_words_and_keeps_the_buttons() -> None:
    own = "Hi, {client}! {service} on {date} at {time}.\n{details}\n{nothing} {client.__class__}"
    message = render(template="created", role="client", language="en", facts=facts(price=Decimal(0)), own_text=own)
    assert message.text == (
        "Hi, James Carter! Haircut on Tuesday, 24 November at 15:00.\n"
        "▫️ Haircut\n👤 Anna\n🗓 Tuesday, 24 November, 15:00\n📍 Arbat, 5 Arbat St\n "
    )
    assert [action.name for action in message.rows[0]] == ["booking.move", "booking.cancel"]


@pytest.mark.parametrize(
    "own", ["{reason}", "   ", "<b></b>", "&nbsp;", "&#8203;", "<!-- x -->Hi", "<b/>Hi", "{details}" * 100]
)
def test_own_words_that_would_cost_the_message_give_way_to_the_built_in_ones(own: str) -> None:
    assert text("created", "client", "en", facts(), own_text=own) == text("created", "client", "en", facts())


def test_own_words_with_nothing_to_say_give_way_in_a_series_too() -> None:
    series = facts({"visit": 1, "visits": 3})
    assert text("created", "client", "en", series, own_text="{reason}").startswith("✅ <b>You are booked!</b>")


def test_a_name_cannot_break_out_of_own_markup() -> None:
    quoted = facts(client=replace(CARD.client, name='James "Jim" Carter'))
    own = '<a href="https://salon.test/?for={client}">{client}</a>'
    assert text("created", "client", "en", facts(), own_text=own).startswith(
        '<a href="https://salon.test/?for=James'
    )
    assert text("created", "client", "en", quoted, own_text=own).startswith("✅ <b>You are booked!</b>")


def test_what_follows_a_message_must_not_make_it_too_long() -> None:
    message = Message("x" * 4000)
    assert message.with_more("y" * 50).text.endswith("y")
    assert message.with_more("y" * 100) == message


def test_a_message_survives_storage() -> None:
    message = render(template="did_client_come", role="admin", language="ru", facts=facts())
    assert Message.from_json(message.to_json()) == message


EVERY_TEXT = [(role, name) for role, templates in BY_ROLE.items() for name in templates]


@pytest.mark.parametrize(("role", "name"), EVERY_TEXT)
def test_every_text_has_its_russian(role: str, name: str) -> None:
    template = BY_ROLE[role][name]
    words = [
        template.headline,
        template.closing,
        *(offered.label for offered in template.actions if not offered.args),
    ]
    with translation.override("ru"):
        assert [word for word in words if word and translation.gettext(word) == word] == []


@pytest.mark.parametrize(("role", "name"), EVERY_TEXT)
def test_the_bot_has_a_button_for_every_action(role: str, name: str) -> None:
    message = render(template=name, role=role, language="en", facts=facts({"waitlist_entry_id": 7, "letters": 1}))
    buttons = render_actions(message.rows).inline_keyboard
    assert [button.text for row in buttons for button in row] == [one.label for row in message.rows for one in row]


@pytest.mark.parametrize(("role", "name"), EVERY_TEXT)
def test_every_text_fits_telegram_with_the_longest_facts(role: str, name: str) -> None:
    long = "я" * 500
    what = facts(
        {"reason": "р" * 5000, "letters": 5},
        comment=long,
        items=(replace(ITEM, service_name=both("у" * 200, "")),) * 5,
    )
    assert len(text(name, role, "ru", what)) <= 4096
