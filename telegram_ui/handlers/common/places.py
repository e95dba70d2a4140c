"""The place that stands in a chat, drawn anew by the name of its screen.

Something was typed or sent where a button was expected, or nothing that the question takes: the place says so and
stays. What it needs is asked of the database again, with every permission.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from bookings.exceptions import BookingError
from bookings.queries.bookings import get_booking
from bookings.queries.recurring import get_series
from bookings.queries.reviews import get_review
from notifications.campaigns.queries import get_campaign
from telegram_ui.callbacks import ChartOf, OnNote
from telegram_ui.handlers.admin import (
    audience,
    campaigns,
    composing,
    invites,
    letters,
    line,
    reviews,
    statistics,
    tags,
)
from telegram_ui.handlers.admin.campaign_card import show_card as show_campaign
from telegram_ui.handlers.admin.clashes import show_clashes
from telegram_ui.handlers.admin.manage import show_manage
from telegram_ui.handlers.admin.reassign import ask as ask_reassign
from telegram_ui.handlers.client import reviews as stars, series, visits, waitlist
from telegram_ui.handlers.common import own_photo, profile, wishes
from telegram_ui.handlers.common.on_booking import open_card
from telegram_ui.handlers.specialist import clients, day, figures, notes, time_off
from telegram_ui.handlers.specialist.visit import ask_reason, ask_sure
from telegram_ui.states import Form
from telegram_ui.turn import Turn


async def _booking(turn: Turn, number: str, *_rest: str) -> None:
    await open_card(turn, await turn.run(get_booking, actor=turn.actor, booking_id=int(number)))


async def _ask_cancel(turn: Turn, number: str) -> None:
    await visits.ask_cancel(turn, await turn.run(get_booking, actor=turn.actor, booking_id=int(number)))


async def _reason(turn: Turn, number: str) -> None:
    await ask_reason(turn, await turn.run(get_booking, actor=turn.actor, booking_id=int(number)))


async def _reason_sure(turn: Turn, number: str) -> None:
    await ask_sure(turn, await turn.run(get_booking, actor=turn.actor, booking_id=int(number)))


async def _reassign(turn: Turn, number: str, position: str = "") -> None:
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=int(number))
    await ask_reassign(turn, booking, int(position) if position else None)


async def _series(turn: Turn, number: str) -> None:
    await series.show_series(turn, await turn.run(get_series, actor=turn.actor, series_id=int(number)))


async def _past(turn: Turn, page: str) -> None:
    await visits.show_past(turn, int(page))


async def _visits(turn: Turn, page: str) -> None:
    await visits.show_visits(turn, page=int(page))


async def _waiting(turn: Turn, number: str) -> None:
    await waitlist.show_joined(turn, int(number))


async def _stars(turn: Turn, number: str) -> None:
    await stars.show_stars(turn, int(number))


async def _words(turn: Turn) -> None:
    await stars.ask_words(turn, int((await _form(turn)).get("stars", 5)))


async def _day(turn: Turn, specialist_id: str, first: str) -> None:
    await day.show_day(turn, int(specialist_id), date.fromisoformat(first))


async def _at(turn: Turn, location_id: str, first: str) -> None:
    await day.show_place_day(turn, int(location_id), date.fromisoformat(first))


async def _week(turn: Turn, specialist_id: str, first: str) -> None:
    await day.show_day(turn, int(specialist_id), date.fromisoformat(first), week=True)


async def _month(turn: Turn, specialist_id: str, first: str) -> None:
    await day.show_month(turn, int(specialist_id), date.fromisoformat(first))


async def _people(turn: Turn, at: str) -> None:
    await day.show_people(turn, date.fromisoformat(at))


async def _figures(turn: Turn, specialist_id: str, month: str, first: str) -> None:
    await figures.show_figures(turn, int(specialist_id), date.fromisoformat(first), month=month == "True")


async def _off(turn: Turn, specialist_id: str) -> None:
    await time_off.show_time_off(turn, int(specialist_id))


async def _client(turn: Turn, number: str) -> None:
    await clients.show_client(turn, int(number))


async def _client_past(turn: Turn, number: str, page: str) -> None:
    await clients.show_past(turn, int(number), int(page))


async def _note(turn: Turn, _number: str) -> None:
    await notes.ask_note(turn, OnNote.unpack(str((await _form(turn))["note"])))


async def _tags(turn: Turn, client_id: str, booking_id: str) -> None:
    await tags.show_tags(turn, int(client_id), int(booking_id))


async def _chart(turn: Turn, *packed: str) -> None:
    await statistics.show_chart(turn, ChartOf.unpack(":".join(packed)))


async def _letters(turn: Turn, page: str) -> None:
    await letters.show_letters(turn, page=int(page))


async def _letter(turn: Turn, number: str) -> None:
    await letters.show_letter(turn, int(number))


async def _letter_close(turn: Turn, number: str) -> None:
    await letters.ask_discard(turn, int(number))


async def _line(turn: Turn, location_id: str, page: str) -> None:
    await line.show_line(turn, int(location_id), page=int(page))


async def _entry(turn: Turn, number: str) -> None:
    await line.show_entry(turn, int(number))


async def _off_line(turn: Turn, number: str) -> None:
    await line.ask_off(turn, int(number))


async def _invite(turn: Turn, number: str) -> None:
    await invites.show_invite(turn, int(number))


async def _reviews(turn: Turn, page: str) -> None:
    await reviews.show_page(turn, int(page))


async def _review(turn: Turn, number: str, page: str) -> None:
    review = await turn.run(get_review, actor=turn.actor, review_id=int(number))
    await reviews.show_review(turn, review, int(page))


async def _reply(turn: Turn, number: str, page: str) -> None:
    review = await turn.run(get_review, actor=turn.actor, review_id=int(number))
    await reviews.ask_reply(turn, review, int(page))


async def _campaigns(turn: Turn, page: str) -> None:
    await campaigns.show_campaigns(turn, page=int(page))


async def _campaign(turn: Turn, number: str) -> None:
    """Its card, or the question about it that is open."""
    state = await turn.state.get_state()
    if await audience.show_again(turn):
        return
    card = await turn.run(get_campaign, actor=turn.actor, campaign_id=int(number))
    question = next((one for one in composing.QUESTIONS if one.state == state), None)
    if question is None:
        await show_campaign(turn, card)
    else:
        await composing.ask(turn, card, question)


async def _campaign_cancel(turn: Turn, number: str) -> None:
    await campaigns.ask_cancel(turn, await turn.run(get_campaign, actor=turn.actor, campaign_id=int(number)))


async def _campaign_send(turn: Turn, number: str) -> None:
    card = await turn.run(get_campaign, actor=turn.actor, campaign_id=int(number))
    await composing.ask_sure(turn, card, None)


async def _ban(turn: Turn, number: str) -> None:
    await clients.ask_ban(turn, int(number))


async def _form(turn: Turn) -> dict[str, Any]:
    form = (await turn.data()).get("form")
    return form if isinstance(form, dict) else {}


Again = Callable[..., Awaitable[None]]

#: By the first word of the screen's name; the others are what it is of.
_AGAIN: dict[str, Again] = {
    "card": _booking,
    "visit": _booking,
    "cancel": _ask_cancel,
    "reason": _reason,
    "reason-sure": _reason_sure,
    "which": _reassign,
    "who": _reassign,
    "series": _series,
    "visits": _visits,
    "past": _past,
    "waiting": _waiting,
    "stars": _stars,
    "words": _words,
    "profile": profile.show_profile,
    "language": profile.show_languages,
    "name": profile.ask_name,
    "photo": own_photo.ask_photo,
    "wishes": wishes.show_wishes,
    "quiet": wishes.ask_quiet,
    "data": wishes.show_data,
    "forget": wishes.ask_forget,
    "day": _day,
    "at": _at,
    "week": _week,
    "month": _month,
    "people": _people,
    "figures": _figures,
    "off": _off,
    "off-night": _off,
    "find": clients.ask_find,
    "new-client": clients.ask_new,
    "client": _client,
    "client-ban": _ban,
    "client-past": _client_past,
    "note": _note,
    "tags": _tags,
    "manage": show_manage,
    "clashes": show_clashes,
    "chart": _chart,
    "letters": _letters,
    "letter": _letter,
    "letter-close": _letter_close,
    "letters-all": letters.ask_all,
    "lines": line.show_lines,
    "line": _line,
    "waits": _entry,
    "waits-off": _off_line,
    "team": invites.show_team,
    "invite": _invite,
    "invite-specialist": invites.ask_specialist,
    "invite-admin": invites.ask_admin,
    "reviews": _reviews,
    "review": _review,
    "reply": _reply,
    "campaigns": _campaigns,
    "campaign": _campaign,
    "campaign-ask": _campaign,
    "campaign-cancel": _campaign_cancel,
    "campaign-send": _campaign_send,
    "campaign-new": composing.ask_new,
}


async def show_place_again(turn: Turn, said: str) -> bool:
    """What stands in the chat, drawn anew under a word; ``False`` where it is no such place, or is gone."""
    if await turn.state.get_state() == Form.phone.state:
        await profile.ask_phone(turn, toast=said)
        return True
    kind, *rest = (await turn.menu.live())[1].split(":")
    again = _AGAIN.get(kind)
    if again is None:
        return False
    turn.said = said
    try:
        await again(turn, *rest)
    except (BookingError, KeyError, TypeError, ValueError):
        return False  # it is gone, somebody else's by now, or was named by another release
    return True
