"""The booking flow as a chain of steps: each is opened with fresh data, or passed over where there is nothing to ask.

Back opens the step before in the same way: it asks the database again and passes over what was passed over on the
way here. Everything in this file is synchronous and runs in a database thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import inf

from bookings.actor import Actor
from bookings.exceptions import BookingError, PromotionRefused, ServiceUnavailable, SlotTaken
from bookings.queries.catalog import list_categories, list_locations
from bookings.queries.look import one_look
from bookings.queries.users import company
from bookings.read_models import DaySlots, DayState, LocationCard
from telegram_ui.callbacks import Change, ClientAct, OnBooking, OnClient, Step
from telegram_ui.drafts import Draft
from telegram_ui.geography import Point
from telegram_ui.handlers.client import choices, series_steps
from telegram_ui.handlers.client.opening import Opened, Request, Skip, screen
from telegram_ui.keyboards import flow as keyboards
from telegram_ui.screen import Screen
from telegram_ui.views import errors, flow as views

#: How far ahead staff may look and book.
STAFF_HORIZON = timedelta(days=730)


@one_look()
def open_step(
    *,
    draft: Draft,
    step: Step,
    actor: Actor,
    back: bool = False,
    month: date | None = None,
    near: Point | None = None,
) -> Opened:
    """Open ``step`` or the nearest one that has something to ask; ``back`` looks for it backwards.

    What was chosen and is gone by now (an archived service, a closed place) leads to the step where another choice
    can be made, with a word about it. Raises NotFound where the booking that is being moved is gone.
    """
    draft = replace(draft, by_staff=actor.is_admin or actor.user_id != draft.client_id)
    own = choices.own_calendar(draft, actor)
    if own is not None:
        draft = replace(draft, specialist_ids=(own,) * len(draft.service_ids))
    wanted: Step | None = step
    notice = ""
    while wanted is not None:
        try:
            outcome = _OPENERS[wanted](Request(draft, actor, back, month, near))
        except ServiceUnavailable:
            if draft.is_move or notice:
                raise
            draft, wanted, back, notice = _without_what_is_gone(draft)
            continue
        if isinstance(outcome, Opened):
            return replace(outcome, screen=outcome.screen.with_notice(notice)) if outcome.screen else outcome
        draft, wanted = outcome.draft, outcome.to
    return Opened(draft, None)


def _without_what_is_gone(draft: Draft) -> tuple[Draft, Step, bool, str]:
    """The draft without it, the step to choose anew at, whether to look for it backwards, and what to say."""
    if draft.location_id not in {card.id for card in list_locations()}:
        return Draft(id=draft.id, client_id=draft.client_id), Step.LOCATION, False, views.place_gone()
    try:
        choices.services_of(draft)
    except BookingError:
        return draft.with_category(draft.category_id), Step.SERVICE, True, errors.TEXTS["service_unavailable"]({})
    return draft.with_specialist(None), Step.WINDOWS, False, views.specialist_gone()


def _location(request: Request) -> Opened | Skip:
    cards = list_locations()
    if len(cards) == 1:
        if request.back:
            return Skip(request.draft, None)
        return Skip(_at(request.draft, cards[0].id), Step.CATEGORY)
    if not cards:
        return Opened(request.draft, Step.LOCATION, _nothing(request.draft))
    distances = None
    if request.near and (sorted_out := choices.by_distance(cards, request.near)):
        distances = {card.id: far for card, far in sorted_out}
        cards = tuple(sorted(cards, key=lambda card: distances.get(card.id, inf)))
    text = views.choose_location(cards, distances, choices.client_name(request.draft, request.actor))
    keyboard = keyboards.locations(request.draft.id, cards, _begun_at(request))
    return screen(request, Step.LOCATION, text, keyboard)


def _begun_at(request: Request) -> OnClient | None:
    """The card of the client whom staff book for; ``None``: the booking began in the menu."""
    draft = request.draft
    if draft.client_id == request.actor.user_id:
        return None
    return OnClient(client_id=draft.client_id, act=ClientAct.OPEN)


def _at(draft: Draft, location_id: int) -> Draft:
    return draft if draft.location_id == location_id else draft.with_location(location_id)


def _nothing(draft: Draft) -> Screen:
    return Screen(f"step:{draft.id}:none", views.no_services(), keyboards.start_again())


def _category(request: Request) -> Opened | Skip:
    draft = request.draft
    location = choices.location_of(draft)
    if not choices.asks_for_category(location.id):
        return Skip(draft, Step.LOCATION if request.back else Step.SERVICE)
    cards = list_categories(location_id=location.id)
    text = views.choose_category(cards, _place_of_choice(location), choices.client_name(draft, request.actor))
    back = Step.LOCATION if choices.asks_for_location() else _begun_at(request)
    return screen(request, Step.CATEGORY, text, keyboards.categories(draft.id, cards, back))


def _place_of_choice(location: LocationCard) -> LocationCard | None:
    """To be named where it is one of several: it may have been assumed from the last visit."""
    return location if choices.asks_for_location() else None


def _service(request: Request) -> Opened | Skip:
    draft = request.draft
    location = choices.location_of(draft)
    asks_category = choices.asks_for_category(location.id)
    category_id = draft.category_id if asks_category else None
    cards = choices.offered(draft, request.actor, category_id=category_id)
    if asks_category and not cards:
        return Skip(draft.with_category(None), Step.CATEGORY)
    if not cards:
        return Opened(draft, Step.SERVICE, _nothing(draft))
    if len(cards) == 1:
        if request.back:
            return Skip(draft, Step.CATEGORY)
        return Skip(draft.with_service(cards[0].id), Step.WINDOWS)
    before = Step.LOCATION if choices.asks_for_location() else _begun_at(request)
    back = Step.CATEGORY if asks_category else before
    text = views.choose_service(cards, _place_of_choice(location), choices.client_name(draft, request.actor))
    return screen(request, Step.SERVICE, text, keyboards.services(draft.id, cards, back))


def _windows(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = choices.visit_of(draft, request.actor)
    today = choices.today_at(visit.zone)
    slots = choices.nearest(draft)
    keyboard = keyboards.windows(
        draft.id,
        slots,
        zone=visit.zone,
        today=today,
        specialist=visit.specialist,
        may_choose_specialist=_may_choose_specialist(request),
        may_add=choices.may_add(draft),
        may_wait=not slots and not draft.is_move,
        back=_card_of(draft) or Step.SERVICE,
    )
    return screen(request, Step.WINDOWS, views.choose_window(visit, today, found=bool(slots)), keyboard)


def _more(request: Request) -> Opened | Skip:
    draft = request.draft
    if not choices.may_add(draft):
        return Skip(draft, Step.SERVICE if request.back else Step.WINDOWS)
    visit = choices.visit_of(draft, request.actor)
    text = views.choose_more(visit, choices.today_at(visit.zone))
    keyboard = keyboards.more(draft.id, choices.addable(draft), draft.service_ids)
    return screen(request, Step.MORE, text, keyboard)


def _card_of(draft: Draft) -> OnBooking | None:
    """Moving begins at the visit's card, so Back leads there."""
    if draft.booking_id is None:
        return None
    return OnBooking(booking_id=draft.booking_id, version=draft.version or 0, change=Change.OPEN)


def _may_choose_specialist(request: Request) -> bool:
    """Not where there is one, nor a specialist who books or moves a client's visit: other calendars are not theirs."""
    draft, actor = request.draft, request.actor
    if not actor.is_admin and actor.user_id != draft.client_id:
        return False
    return len(choices.specialists_of(draft)) > 1


def _specialist(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = choices.visit_of(replace(draft, specialist_ids=()), request.actor)
    cards = choices.specialists_of(draft)
    if not _may_choose_specialist(request):
        return Skip(draft, Step.WINDOWS)
    first_free = choices.first_free(draft, cards)
    text = views.choose_specialist(visit, cards, choices.today_at(visit.zone), first_free)
    return screen(request, Step.SPECIALIST, text, keyboards.specialists(draft.id, cards))


def _day(request: Request) -> Opened | Skip:
    """The month that was asked for, within the horizon; a month without a free day gives way to the next at first."""
    draft = request.draft
    visit = choices.visit_of(draft, request.actor)
    today = choices.today_at(visit.zone)
    last = today + (STAFF_HORIZON if draft.by_staff else timedelta(days=company().horizon_days))
    month = request.month or (draft.day or today).replace(day=1)
    month = min(max(month, today.replace(day=1)), last.replace(day=1))
    days = choices.in_month(draft, month)
    following = (month + timedelta(days=32)).replace(day=1)
    if not request.month and not _has_free(days) and following <= last:
        month, days = following, choices.in_month(draft, following)
    text = views.choose_day(visit, month, today, has_free=_has_free(days))
    states = {day.date: day.state for day in days}
    keyboard = keyboards.calendar(draft.id, month, states, first=today, last=last, back=Step.WINDOWS)
    return screen(request, Step.DAY, text, keyboard)


def _has_free(days: Sequence[DaySlots]) -> bool:
    return any(day.state == DayState.FREE for day in days)


def _time(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.day is None:
        return Skip(draft, Step.DAY)
    visit = choices.visit_of(draft, request.actor)
    slots = choices.on_day(draft, draft.day).slots
    text = views.choose_time(visit, draft.day, choices.today_at(visit.zone), found=bool(slots))
    if not slots and not draft.is_move:
        return Skip(draft, Step.WAIT)  # full since, or all the time
    return screen(request, Step.TIME, text, keyboards.times(draft.id, slots, zone=visit.zone, part=draft.part))


def _confirm(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.starts_at is None:
        return Skip(draft, Step.WINDOWS)
    if draft.every_weeks is not None and draft.times is not None:
        return Skip(draft, Step.PLAN)
    visit = choices.visit_of(draft, request.actor)
    slot = choices.chosen_slot(draft, visit.zone)
    if slot is None:
        return taken(
            draft, request.actor, notice=views.already_then() if draft.stays else errors.TEXTS["slot_taken"]({})
        )
    if visit.specialist is None:
        visit = choices.with_only_specialist(visit, draft, slot)
    notice, ends_at = "", slot.ends_at
    draft = replace(draft, given_by=())
    if not draft.is_move and (visit.price_varies or len(draft.service_ids) > 1):
        try:
            visit, draft, ends_at = choices.as_given(visit, draft)
        except SlotTaken as error:
            return taken(draft, request.actor, notice=errors.text_of(error))
    try:
        visit = replace(visit, promotion=choices.quote(draft, request.actor, slot))
    except PromotionRefused as error:  # it ended in between, or is not for what is booked now
        draft, notice = replace(draft, promo_code=""), errors.text_of(error)
    keyboard = keyboards.confirm(
        draft.id,
        back=Step.WINDOWS if draft.quick else Step.TIME,
        moving=visit.moving is not None,
        comment=bool(draft.comment),
        promo=bool(draft.promo_code),
    )
    text = views.confirm(visit, slot.starts_at, ends_at, choices.today_at(visit.zone))
    opened = screen(replace(request, draft=draft), Step.CONFIRM, text, keyboard)
    return replace(opened, screen=opened.screen.with_notice(notice)) if opened.screen else opened


def _wait(request: Request) -> Opened | Skip:
    """Where a day, or everything that can be booked, is full: somebody may give a time back."""
    draft = request.draft
    if draft.is_move:
        return Skip(draft, Step.WINDOWS)
    visit = choices.visit_of(draft, request.actor)
    text = views.ask_to_wait(visit, draft.day, choices.today_at(visit.zone))
    back = Step.WINDOWS if draft.day is None else Step.DAY
    return screen(request, Step.WAIT, text, keyboards.wait(draft.id, back))


def _comment(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = choices.visit_of(draft, request.actor)
    text = views.ask_comment(visit, choices.today_at(visit.zone))
    return screen(
        request, Step.COMMENT, text, keyboards.to_be_typed(draft.id, Step.COMMENT, given=bool(draft.comment))
    )


def _promo(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = choices.visit_of(draft, request.actor)
    text = views.ask_promo(visit, choices.today_at(visit.zone))
    return screen(
        request, Step.PROMO, text, keyboards.to_be_typed(draft.id, Step.PROMO, given=bool(draft.promo_code))
    )


def taken(draft: Draft, actor: Actor, *, notice: str) -> Opened:
    """Fresh times where the lost one was chosen, under a short explanation; the draft is kept."""
    step = Step.WINDOWS if draft.quick or draft.day is None else Step.TIME
    opened = open_step(draft=replace(draft, starts_at=None), step=step, actor=actor)
    return replace(opened, screen=opened.screen.with_notice(notice)) if opened.screen else opened


_OPENERS: dict[Step, Callable[[Request], Opened | Skip]] = {
    Step.LOCATION: _location,
    Step.CATEGORY: _category,
    Step.SERVICE: _service,
    Step.MORE: _more,
    Step.WINDOWS: _windows,
    Step.SPECIALIST: _specialist,
    Step.DAY: _day,
    Step.TIME: _time,
    Step.WAIT: _wait,
    Step.COMMENT: _comment,
    Step.PROMO: _promo,
    Step.CONFIRM: _confirm,
    Step.RHYTHM: series_steps.rhythm,
    Step.TIMES: series_steps.times,
    Step.PLAN: series_steps.plan,
    Step.SWAP: series_steps.swap,
}
