"""Buttons under notifications: neutral actions become typed callbacks."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from notifications.actions import Action, ActionRows
from telegram_ui.callbacks import Act, OfferAct, OnOffer, Rate
from telegram_ui.keyboards.rows import button, markup

PREFIX = "booking."
#: ``coming`` and ``again`` are what a reminder and a finished visit offer.
ACTS = frozenset({"open", "cancel", "move", "confirm", "done", "no_show", "coming", "again"})


def render_actions(rows: ActionRows) -> InlineKeyboardMarkup:
    """``("booking.done", (42,))`` → a button. Raises ValueError for an action that no handler knows."""
    return markup([[_button(action) for action in row] for row in rows])


def _button(action: Action) -> InlineKeyboardButton:
    if action.name == "open.link":
        return InlineKeyboardButton(text=action.label, url=str(action.args[0]))
    return button(action.label, _data(action))


def _data(action: Action) -> CallbackData:
    make = _MAKERS.get(action.name)
    if make is None:
        raise ValueError(f"unknown action {action.name}{action.args}")
    try:
        return make(*(int(arg) for arg in action.args))
    except TypeError as error:
        raise ValueError(f"wrong arguments of {action.name}{action.args}") from error


def _on_booking(name: str) -> Callable[[int], CallbackData]:
    def make(booking_id: int) -> CallbackData:
        return Act(name=name, booking_id=booking_id)

    return make


def _rate(booking_id: int, stars: int) -> CallbackData:
    return Rate(booking_id=booking_id, stars=stars)


def _on_offer(act: OfferAct) -> Callable[[int], CallbackData]:
    def make(entry_id: int) -> CallbackData:
        return OnOffer(entry_id=entry_id, act=act)

    return make


_MAKERS: dict[str, Callable[..., CallbackData]] = {
    **{PREFIX + name: _on_booking(name) for name in ACTS},
    "review.rate": _rate,
    "waitlist.take": _on_offer(OfferAct.TAKE),
    "waitlist.decline": _on_offer(OfferAct.DECLINE),
    "waitlist.other": _on_offer(OfferAct.OTHER),
}
