"""The booking flow as a chain of steps: each is opened with fresh data, or passed over where there is nothing to ask.

Back opens the step before in the same way: it asks the database again and passes over what was passed over on the
way here. Everything in this file is synchronous and runs in a database thread.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bookings.actor import Actor
from bookings.exceptions import ServiceUnavailable, StaleVersion
from bookings.queries.bookings import get_booking
from bookings.queries.catalog import list_locations
from bookings.queries.look import one_look
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft
from telegram_ui.geography import Point
from telegram_ui.handlers.client import choices, last_steps, series_steps, what_steps, when_steps
from telegram_ui.handlers.client.opening import Opened, Request, Skip
from telegram_ui.views import errors, flow_words as words


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
    can be made, with a word about it. Raises NotFound where the booking that is being moved is gone, StaleVersion where
    others have changed it meanwhile.
    """
    if draft.booking_id is not None:
        version = get_booking(actor=actor, booking_id=draft.booking_id).version
        if version != draft.version:
            raise StaleVersion("the visit that is being moved has changed", version=version)
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
            if notice or (draft.is_move and not (any(draft.specialist_ids) and _may_name(draft, actor))):
                raise
            draft, wanted, back, notice = (
                _without_who_left(draft) if draft.is_move else _without_what_is_gone(draft)
            )
            continue
        if isinstance(outcome, Opened):
            return replace(outcome, screen=outcome.screen.with_notice(notice)) if outcome.screen else outcome
        draft, wanted, back = outcome.draft, outcome.to, back and not outcome.notice
        notice = outcome.notice or notice
    return Opened(draft, None)


def _may_name(draft: Draft, actor: Actor) -> bool:
    """Whether they may say who gives a visit that is moved."""
    return actor.is_admin or actor.user_id == draft.client_id


def _without_who_left(draft: Draft) -> tuple[Draft, Step, bool, str]:
    """What they were to give can be moved to somebody else."""
    return draft.with_specialist(None), Step.WINDOWS, False, words.specialist_gone()


def _without_what_is_gone(draft: Draft) -> tuple[Draft, Step, bool, str]:
    """The draft without it, the step to choose anew at, whether to look for it backwards, and what to say."""
    if draft.location_id not in {card.id for card in list_locations()}:
        return Draft(id=draft.id, client_id=draft.client_id), Step.LOCATION, False, words.place_gone()
    try:
        choices.services_of(draft)
    except ServiceUnavailable as error:
        gone = error.details.get("service_ids", [])
        left = draft
        for service_id in gone if isinstance(gone, list) else []:
            left = left.with_toggled(service_id)
        if left.service_ids and left != draft:
            return left, Step.WINDOWS, False, words.one_service_gone()
        return draft.with_category(draft.category_id), Step.SERVICE, True, errors.TEXTS["service_unavailable"]({})
    return draft.with_specialist(None), Step.WINDOWS, False, words.specialist_gone()


def taken(draft: Draft, actor: Actor, *, notice: str) -> Opened:
    """Fresh times where the lost one was chosen, under a short explanation; the draft is kept."""
    skip = last_steps.lost(draft, notice)
    opened = open_step(draft=skip.draft, step=skip.to or Step.WINDOWS, actor=actor)
    return replace(opened, screen=opened.screen.with_notice(notice)) if opened.screen else opened


_OPENERS: dict[Step, Callable[[Request], Opened | Skip]] = {
    Step.LOCATION: what_steps.location,
    Step.CATEGORY: what_steps.category,
    Step.SERVICE: what_steps.service,
    Step.MORE: what_steps.more,
    Step.WINDOWS: when_steps.windows,
    Step.SPECIALIST: what_steps.specialist,
    Step.PORTRAIT: what_steps.portrait,
    Step.DAY: when_steps.day,
    Step.TIME: when_steps.time,
    Step.WAIT: when_steps.wait,
    Step.COMMENT: last_steps.comment,
    Step.PROMO: last_steps.promo,
    Step.CONFIRM: last_steps.confirm,
    Step.RHYTHM: series_steps.rhythm,
    Step.TIMES: series_steps.times,
    Step.PLAN: series_steps.plan,
    Step.SWAP: series_steps.swap,
}
