"""Moving through the booking flow: find the draft a button belongs to, open a step, draw it, remember where we are."""

from datetime import date

from bookings.read_models import BookingCard
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft, draft_of_visit
from telegram_ui.geography import Point
from telegram_ui.handlers.client import choices
from telegram_ui.handlers.client.opening import Opened
from telegram_ui.handlers.client.steps import open_step
from telegram_ui.handlers.common.home import show_home
from telegram_ui.states import STATE_OF_STEP
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import flow_words as words


async def draft_of(turn: Turn, draft_id: str) -> Draft:
    """The draft the pressed button belongs to. Raises Outdated when the person is at another one by now, or it was
    booked.
    """
    draft = await draft_or_made(turn, draft_id)
    if draft.made is not None:
        raise Outdated(words.already_made())
    return draft


async def draft_or_made(turn: Turn, draft_id: str) -> Draft:
    """The same for buttons that answer a second tap with what the first one made."""
    draft = await turn.draft()
    if draft is None:
        raise Outdated(words.lost())
    if draft.id != draft_id:
        raise Outdated(words.other_draft())
    return draft


async def show_step(
    turn: Turn,
    draft: Draft,
    step: Step,
    *,
    back: bool = False,
    month: date | None = None,
    near: Point | None = None,
    toast: str = "",
    below: bool = False,
) -> None:
    opened = await turn.run(open_step, draft=draft, step=step, actor=turn.actor, back=back, month=month, near=near)
    await show_opened(turn, opened, toast=toast, below=below)


async def show_opened(turn: Turn, opened: Opened, *, toast: str = "", below: bool = False) -> None:
    """Write first, draw second: buttons on a screen always find their draft."""
    if opened.step is None or opened.screen is None:
        await show_home(turn, toast=toast)
        return
    await turn.keep(at=STATE_OF_STEP[opened.step], draft=opened.draft.to_data())
    await turn.show(opened.screen, toast=toast, below=below)


async def start_booking(turn: Turn, *, toast: str = "") -> None:
    draft = await turn.run(choices.fresh_draft, turn.actor, turn.user.user_id)
    await show_step(turn, draft, Step.LOCATION if draft.location_id is None else Step.CATEGORY, toast=toast)


async def start_move(turn: Turn, booking: BookingCard, *, below: bool = False) -> None:
    await show_step(turn, draft_of_visit(booking, move=True), Step.WINDOWS, below=below)
