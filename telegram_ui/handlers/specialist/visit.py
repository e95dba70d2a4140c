"""What specialists and admins do to a client's visit. Who may do what is decided by the services."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES, BookingStatus, CancelReason
from bookings.exceptions import InvalidText, NotFound, StaleVersion, WrongStatus
from bookings.queries.bookings import cancellation_of, get_booking, may_reopen
from bookings.queries.clients import client_summary
from bookings.read_models import BookingCard, ClientSummary
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking
from bookings.services.history import REASON_LIMIT
from bookings.services.reopen_booking import reopen_booking
from telegram_ui.callbacks import CancelBecause, CancelWhy, Change
from telegram_ui.handlers.client.choices import today_at
from telegram_ui.keyboards import staff as keyboards
from telegram_ui.keyboards.answers import YES
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.understanding import read_answer
from telegram_ui.views import errors, staff as views

#: What a change calls, and what is said afterwards.
SERVICES: dict[Change, tuple[Callable[..., BookingCard], Callable[[BookingCard], str]]] = {
    Change.CONFIRM: (confirm_booking, lambda booking: views.told(views.was_confirmed(), booking.client)),
    Change.DONE: (complete_booking, lambda _booking: views.marked_done()),
    Change.NO_SHOW: (mark_no_show, lambda _booking: views.marked_no_show()),
    Change.REOPEN: (reopen_booking, lambda _booking: views.taken_back()),
}

#: Screens that the card of a visit and its questions have.
_ON_CARD = frozenset({"card", "reason", "which", "who"})

#: What is stored for a reason given by button: worded anew for each reader.
REASONS: dict[CancelWhy, str] = {
    CancelWhy.CLIENT: CancelReason.CLIENT_REQUEST,
    CancelWhy.STAFF: CancelReason.SPECIALIST_ABSENT,
    CancelWhy.NONE: "",
}


async def show_card(turn: Turn, booking: BookingCard, *, toast: str = "", below: bool = False) -> None:
    is_clash = turn.is_admin and await _is_clash(turn)
    await turn.keep(at=None, form=None, clash=is_clash or None)
    reader = None if turn.is_admin else turn.user.specialist_id
    client = await _client_of(turn, booking)
    own_note = any(note.author_id == turn.user.user_id for note in client.notes) if client else None
    off = booking.status == BookingStatus.CANCELLED
    cancellation = await turn.run(cancellation_of, actor=turn.actor, booking_id=booking.id) if off else None
    today = today_at(booking.location.zone)
    text = views.card(booking.part_of(reader), today, client, cancellation, reader_id=turn.user.user_id)
    keyboard = keyboards.card(
        booking,
        now=clock.now(),
        day=views.local_day(booking),
        specialist_id=reader or booking.items[0].specialist_id,
        own_note=own_note,
        may_reopen=await turn.run(may_reopen, actor=turn.actor, booking_id=booking.id),
        is_admin=turn.is_admin,
        is_clash=is_clash,
    )
    await turn.show(Screen(f"card:{booking.id}", text, keyboard), toast=toast, below=below)


async def _is_clash(turn: Turn) -> bool:
    """Whether the card was opened from the list of clashes, which Back then leads to, whatever is done on it."""
    kind = (await turn.menu.live())[1].partition(":")[0]
    return kind == "clashes" or (kind in _ON_CARD and bool((await turn.data()).get("clash")))


async def _client_of(turn: Turn, booking: BookingCard) -> ClientSummary | None:
    """How the client of the visit comes; ``None`` for who has been forgotten."""
    try:
        return await turn.run(client_summary, actor=turn.actor, client_id=booking.client.id)
    except NotFound:
        return None


async def change(turn: Turn, booking_id: int, version: int | None, what: Change) -> BookingCard:
    """Confirm, came or did not come; the same press twice changes once."""
    service, _said = SERVICES[what]
    extra: dict[str, Any] = {"expected_version": version} if version is not None else {}
    key = f"{what}:{turn.user.user_id}:{booking_id}:{version if version is not None else turn.key}"
    return await turn.run(service, actor=turn.actor, booking_id=booking_id, idempotency_key=key, **extra)


async def ask_reason(turn: Turn, booking: BookingCard, *, below: bool = False) -> None:
    if booking.status not in OPEN_STATUSES:
        raise WrongStatus("not open", status=str(booking.status))
    await turn.keep(at=Form.cancel_reason, form={"booking": booking.id, "version": booking.version})
    reader = None if turn.is_admin else turn.user.specialist_id
    part = booking.part_of(reader)
    whole = part.items != booking.items
    text = views.ask_reason(part, today_at(booking.location.zone), whole=whole)
    await turn.show(Screen(f"reason:{booking.id}", text, keyboards.reasons(booking)), below=below)


async def cancel_because(turn: Turn, booking_id: int, version: int, reason: str) -> None:
    booking = await turn.run(
        cancel_booking,
        actor=turn.actor,
        booking_id=booking_id,
        reason=reason,
        expected_version=version,
        idempotency_key=f"cancel:{turn.user.user_id}:{booking_id}:{version}",
    )
    await show_card(turn, booking, toast=views.told(views.was_cancelled(), booking.client))


async def on_reason(_query: CallbackQuery, callback_data: CancelBecause, turn: Turn) -> None:
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=callback_data.booking_id)
    if booking.version != callback_data.version and booking.status in OPEN_STATUSES:
        raise StaleVersion("the button is older than the booking", booking_id=booking.id)
    if callback_data.reason != CancelWhy.TYPED:
        await cancel_because(turn, booking.id, callback_data.version, REASONS[callback_data.reason])
        return
    form = await _form(turn)
    if "reason" in form and form["booking"] == booking.id:
        await cancel_because(turn, booking.id, callback_data.version, str(form["reason"]))
    elif booking.status in OPEN_STATUSES:
        await ask_reason(turn, booking)  # what was typed is forgotten by now
    else:
        await show_card(turn, booking)  # a second tap


async def typed_reason(turn: Turn, text: str) -> None:
    """Words cancel nothing by themselves: they may have been meant for somebody else."""
    form = await _form(turn)
    if "booking" not in form:
        raise Outdated
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=int(form["booking"]))
    said = read_answer(text)
    if booking.status not in OPEN_STATUSES or said not in ("", YES):
        await show_card(turn, booking)
    elif said:  # to “Cancel this visit?”, over the question for a reason
        await ask_reason(turn, booking)
    elif len(text) > REASON_LIMIT:
        turn.said = errors.text_of(InvalidText(limit=REASON_LIMIT))
        await ask_reason(turn, booking)
    else:
        await turn.keep(at=Form.cancel_reason, form={**form, "reason": text})
        await ask_sure(turn, booking)


async def ask_sure(turn: Turn, booking: BookingCard) -> None:
    """Whether that is the reason; where it is forgotten by now, it is asked for again."""
    form = await _form(turn)
    if "reason" not in form or form.get("version") != booking.version:
        await ask_reason(turn, booking)
        return
    part = booking.part_of(None if turn.is_admin else turn.user.specialist_id)
    text = views.ask_typed_reason(part, today_at(booking.location.zone), str(form["reason"]))
    await turn.show(Screen(f"reason-sure:{booking.id}", text, keyboards.typed_reason(booking), asks=True))


async def _form(turn: Turn) -> dict[str, Any]:
    form = (await turn.data()).get("form")
    return form if isinstance(form, dict) else {}


def router() -> Router:
    router = Router(name="staff-visit")
    router.callback_query.register(on_reason, CancelBecause.filter())
    return router
