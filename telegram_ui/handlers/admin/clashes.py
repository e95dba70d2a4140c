"""Visits that no longer fit the calendar: all there are, and those that a change of it has left without their time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData

from bookings.actor import Actor
from bookings.queries.affected import affected_cards, affected_ids
from bookings.read_models import BookingCard
from telegram_ui.callbacks import GoTo, Place
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import clashes as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import clashes as views

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stranded:
    """How many, and the first of them."""

    count: int = 0
    listed: tuple[BookingCard, ...] = ()


NOBODY = Stranded()


def stranding(actor: Actor, of: Mapping[str, int | None] | None, change: Callable[[], T]) -> tuple[T, Stranded]:
    """Make the change, and find the visits that fitted before it and do not any more. Synchronous.

    ``of``: whose calendar it is about, as ``affected_ids`` takes it; ``None`` for none, which looks for nothing. A
    process that dies in between loses the list, not the visits: they stand among all clashes.
    """
    if of is None:
        return change(), NOBODY
    before = frozenset(affected_ids(actor=actor, **of))
    done = change()
    found = [each for each in affected_ids(actor=actor, **of) if each not in before]
    return done, Stranded(len(found), affected_cards(found[: views.LISTED]))


def stranded_screen(of: str, said: str, found: Stranded, *, back: CallbackData) -> Screen:
    """After a change ``of`` something that left visits without their time; ``said``: what was done."""
    return Screen(
        f"clashes:{of}", views.after(said, found.listed, found.count), keyboards.page(found.listed, back=back)
    )


def _screen(actor: Actor) -> Screen:
    ids = affected_ids(actor=actor)
    cards = affected_cards(ids[: views.LISTED])
    return Screen("clashes", views.page(cards, len(ids)), keyboards.page(cards, back=GoTo(place=Place.MANAGE)))


async def show_clashes(turn: Turn) -> None:
    require_admin(turn)
    await turn.keep(at=None, form=None)
    await turn.show(await turn.run(_screen, turn.actor))
