"""What words mean on a step of buttons, where they can mean one thing. Synchronous: called in a database thread."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.actor import Actor
from bookings.queries.catalog import list_categories, list_locations, list_services
from bookings.queries.look import one_look
from bookings.read_models import DayState
from bookings.slots.request import MAX_ITEMS
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.understanding import names_of, read_moment, read_name
from telegram_ui.views import flow_words as words
from telegram_ui.views.format import clock

_NAMED = (Step.LOCATION, Step.CATEGORY, Step.SERVICE, Step.SPECIALIST, Step.PORTRAIT, Step.MORE)
#: Steps that ask for a specialist.
_OF_PEOPLE = (Step.SPECIALIST, Step.PORTRAIT)


@one_look()
def service_named(text: str, actor: Actor, client_id: int, *, here: int | None = None) -> Draft | None:
    """A draft for the one service with that name, if there is one; at the place ``here`` if it is to be had there."""
    offers = []
    for location in choices.places_to_book(actor, client_id):
        cards = {card.id: card for card in list_services(location_id=location.id)}
        found = read_name(text, {key: names_of(card.name) for key, card in cards.items()})
        if found is not None:
            offers.append((location, cards[found]))
    return choices.wished(actor, client_id, offers, here=here) if offers else None


@one_look()
def understand(draft: Draft, step: Step, text: str, actor: Actor) -> tuple[Draft, Step, str] | None:
    """Where a typed text leads from ``step``: the draft, the next step and a word to go with it. Synchronous.

    What the step asks for comes first; the name of a specialist or a service is understood at every step.
    """
    meant = (
        _named(draft, step, text) if step in _NAMED else _moment(draft, _hour(text) if step == Step.TIME else text)
    )
    if meant is not None:
        return meant
    if draft.service_ids and step not in _OF_PEOPLE and (named := _named(draft, Step.SPECIALIST, text)):
        return named
    other = None if draft.is_move else service_named(text, actor, draft.client_id, here=draft.location_id)
    return (other, choices.first_step(other), "") if other else None


def _hour(text: str) -> str:
    """“15” where a time was asked for; any other text as it is."""
    return f"{text}:00" if re.fullmatch(r"\d|[01]\d|2[0-3]", text) else text


def _moment(draft: Draft, text: str) -> tuple[Draft, Step, str] | None:
    """A day, a time of the day that was chosen, or both."""
    zone = choices.location_of(draft).zone
    today = choices.today_at(zone)
    moment = read_moment(text, today)
    if moment is None:
        return None
    day = moment.day or draft.day
    if day is None:
        return None  # a time alone names no day on this step
    if not today <= day <= today + timedelta(days=730):
        return draft, Step.DAY, words.why_not(DayState.PAST if day < today else DayState.BEYOND)
    found = free_times.on_day(draft, day)
    if found.state == DayState.FULL and not draft.is_move:
        return draft.with_day(day), Step.WAIT, ""
    if found.state != DayState.FREE:
        return draft.with_day(day), Step.DAY, words.why_not(found.state, today=day == today)
    if moment.time is None:
        return draft.with_day(day), Step.TIME, ""
    return _at(draft.with_day(day), moment.time, zone)


def _at(draft: Draft, at: time, zone: str) -> tuple[Draft, Step, str]:
    assert draft.day is not None  # noqa: S101 - set by the caller
    wanted = datetime.combine(draft.day, at, ZoneInfo(zone))
    starts = [slot.starts_at for slot in free_times.on_day(draft, draft.day).slots]
    if wanted in starts:
        return draft.with_time(wanted, quick=False), Step.CONFIRM, ""
    if draft.with_time(wanted, quick=False).stays:
        return draft, Step.TIME, words.already_then()
    nearest = [clock(at, zone) for at in free_times.around(starts, wanted)]
    return draft, Step.TIME, words.time_not_free(nearest, is_a_start=free_times.is_a_start(wanted))


def _named(draft: Draft, step: Step, text: str) -> tuple[Draft, Step, str] | None:
    if step == Step.LOCATION:
        found = read_name(text, {card.id: names_of(card.name) for card in list_locations()})
        if found is None:
            return None
        there = choices.at_place(draft, found)
        return there, choices.first_step(there), ""
    if step in _OF_PEOPLE:
        found = read_name(text, {card.id: names_of(card.name) for card in choices.specialists_of(draft)})
        return (draft.with_specialist(found), Step.WINDOWS, "") if found else None
    if step == Step.MORE:
        found = read_name(text, {card.id: names_of(card.name) for card in choices.addable(draft)})
        fits = found is not None and (found in draft.service_ids or len(draft.service_ids) < MAX_ITEMS)
        wanted = draft.with_toggled(found) if fits and found is not None else draft
        return (wanted, Step.MORE, "") if fits and wanted.service_ids else None
    services = {card.id: card for card in list_services(location_id=draft.location_id or 0)}
    found = read_name(text, {card.id: names_of(card.name) for card in services.values()})
    if found:
        return draft.with_category(services[found].category_id).with_service(found), Step.WINDOWS, ""
    categories = list_categories(location_id=draft.location_id or 0)
    found = read_name(text, {card.id: names_of(card.name) for card in categories})
    return (draft.with_category(found), Step.SERVICE, "") if found else None
