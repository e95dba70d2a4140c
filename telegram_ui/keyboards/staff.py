"""Buttons of specialists and admins."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.read_models import BookingCard, LocationCard
from telegram_ui.callbacks import (
    CancelBecause,
    CancelWhy,
    Change,
    ClientOf,
    FiguresOf,
    GoTo,
    OnBooking,
    PeopleOf,
    Place,
    PlaceDay,
    StaffDay,
    StaffMonth,
    TimeOffOf,
)
from telegram_ui.callbacks.fields import month_number
from telegram_ui.keyboards.bookings import move_and_cancel, on, rest_of, series_of
from telegram_ui.keyboards.months import grid, shifted
from telegram_ui.keyboards.notes import note
from telegram_ui.keyboards.rows import MOST, ROOM, Row, button, fitted, in_rows, markup, menu_button
from telegram_ui.views.format import clock, near_date, short, short_date
from telegram_ui.views.staff import MANY

#: Visits of a day whose buttons may be as wide as a row.
FEW = 12


def _leaf(specialist_id: int, at: date, today: date, *, location_id: int = 0) -> list[Row]:
    def to(day: date, text: str) -> InlineKeyboardButton:
        if location_id:
            return button(text, PlaceDay(location_id=location_id, day=day.toordinal()))
        return button(text, StaffDay(specialist_id=specialist_id, day=day.toordinal()))

    before, after = at - timedelta(days=1), at + timedelta(days=1)
    rows = [[to(before, f"‹ {near_date(before, today)}"), to(after, f"{near_date(after, today)} ›")]]
    if today not in (at, before, after):
        rows.append([to(today, _("Today"))])
    return rows


def day(
    bookings: Sequence[BookingCard], *, specialist_id: int, at: date, today: date, is_admin: bool
) -> InlineKeyboardMarkup:
    # Few have a line each, where that takes whole names: in a class they are all that differs.
    letters = 30 if len(bookings) <= FEW else ROOM[2] - 6
    cards = [
        on(
            booking,
            Change.OPEN,
            f"{clock(booking.starts_at, booking.location.zone)} {short(booking.client.name, letters)}",
        )
        for booking in bookings[:MANY]
    ]
    last: Row = [
        button(_("📈 Figures"), FiguresOf(specialist_id=specialist_id, month=False, day=today.toordinal()))
    ]
    if is_admin:
        last.append(button(_("👥 Everybody"), StaffDay(specialist_id=0, day=at.toordinal())))
    book: Row = [
        button(_("➕ Book a client"), GoTo(place=Place.CLIENTS)),
        button(_("🏖 Time off"), TimeOffOf(specialist_id=specialist_id)),
    ]
    more = [book, _longer(specialist_id, at), last, [menu_button()]]
    return markup(fitted(cards), _leaf(specialist_id, at, today), more)


def _longer(specialist_id: int, at: date) -> Row:
    """From a day to its week and its month."""
    return [
        button(_("🗓 Week"), StaffDay(specialist_id=specialist_id, day=at.toordinal(), week=True)),
        button(_("📆 Month"), StaffMonth(specialist_id=specialist_id, month=month_number(at))),
    ]


def everybody(
    groups: Sequence[tuple[int, str, int]],
    *,
    at: date,
    today: date,
    places: Sequence[LocationCard] = (),
    place: LocationCard | None = None,
) -> InlineKeyboardMarkup:
    """``groups``: specialist, name, number of visits. ``place``: the only one of the ``places`` that is shown."""
    people = [
        button(f"{short(name, 28)} · {count}", StaffDay(specialist_id=specialist_id, day=at.toordinal()))
        for specialist_id, name, count in groups
    ]
    who: Row = [
        button(_("👤 By specialist"), PeopleOf(day=at.toordinal())),
        button(_("🔎 Find a client"), GoTo(place=Place.CLIENTS)),
    ]
    return markup(
        fitted(people),
        _leaf(0, at, today, location_id=place.id if place else 0),
        fitted(_places(places, place, at)) if len(places) > 1 else [],
        [_longer(0, at), who, [button(_("🛠 Manage"), GoTo(place=Place.MANAGE)), menu_button()]],
    )


def _places(places: Sequence[LocationCard], place: LocationCard | None, at: date) -> Row:
    """The other places, and all of them together."""
    others = [
        button(f"📍 {short(each.name, 30)}", PlaceDay(location_id=each.id, day=at.toordinal()))
        for each in places[: MOST // 3]
        if place is None or each.id != place.id
    ]
    everywhere = [button(_("📍 All places"), StaffDay(specialist_id=0, day=at.toordinal()))] if place else []
    return [*others, *everywhere]


def people(people: Sequence[tuple[int, str, int]], *, at: date) -> InlineKeyboardMarkup:
    """``people``: specialist, name, number of visits."""
    buttons = [
        button(
            f"{short(name, 12)} · {count}" if count else short(name, 16),
            StaffDay(specialist_id=specialist_id, day=at.toordinal()),
        )
        for specialist_id, name, count in people[:MOST]
    ]
    back = button(_("‹ Back"), StaffDay(specialist_id=0, day=at.toordinal()))
    return markup(in_rows(buttons, 2), [[back, menu_button()]])


def month(counts: Mapping[date, int], *, specialist_id: int, month: date, today: date) -> InlineKeyboardMarkup:
    """Days that have visits are marked; every day opens."""

    def cell(day: date) -> InlineKeyboardButton:
        text = f"{day.day}•" if counts.get(day) else str(day.day)
        return button(text, StaffDay(specialist_id=specialist_id, day=day.toordinal()))

    def to(sign: str, by: int) -> InlineKeyboardButton:
        return button(sign, StaffMonth(specialist_id=specialist_id, month=month_number(shifted(month, by))))

    near = today if (today.year, today.month) == (month.year, month.month) else month
    back = button(_("‹ Back"), StaffDay(specialist_id=specialist_id, day=near.toordinal()))
    return markup(grid(month, cell, before=to("‹", -1), after=to("›", 1)), [[back, menu_button()]])


def week(days: Sequence[tuple[date, int]], *, specialist_id: int) -> InlineKeyboardMarkup:
    cells = [
        button(
            f"{short_date(at)} · {count}" if count else short_date(at),
            StaffDay(specialist_id=specialist_id, day=at.toordinal()),
        )
        for at, count in days
    ]
    first = days[0][0]

    def to(start: date, text: str) -> InlineKeyboardButton:
        return button(text, StaffDay(specialist_id=specialist_id, day=start.toordinal(), week=True))

    leaf = [to(first - timedelta(days=7), _("‹ Week before")), to(first + timedelta(days=7), _("Week after ›"))]
    back = button(_("‹ Back"), StaffDay(specialist_id=specialist_id, day=first.toordinal()))
    return markup(in_rows(cells, 2), [leaf, [back, menu_button()]])


def card(
    booking: BookingCard,
    *,
    now: datetime,
    day: date,
    specialist_id: int,
    is_admin: bool,
    own_note: bool | None,
    may_reopen: bool = False,
    is_clash: bool = False,
) -> InlineKeyboardMarkup:
    """``may_reopen``: how it went can be taken back; ``is_clash``: Back leads to the other clashes; ``specialist_id`` and ``day``: where Back leads; ``own_note``: whether the reader has one on the client,
    ``None`` where they are no client any more.
    """
    rows: list[Row] = []
    if booking.status == BookingStatus.PENDING:
        rows.append([on(booking, Change.CONFIRM, _("✅ Confirm"))])
    if booking.status in OPEN_STATUSES:
        if booking.starts_at <= now and booking.status == BookingStatus.CONFIRMED:
            rows.append(
                [on(booking, Change.DONE, _("✅ Came")), on(booking, Change.NO_SHOW, _("🚫 Did not come"))]
            )
        rows.append(move_and_cancel(booking))
        if is_admin and booking.starts_at > now:
            rows.append([on(booking, Change.REASSIGN, _("👥 Another specialist"))])
    if may_reopen:
        rows.append([on(booking, Change.REOPEN, _("↩️ Take the mark back"))])
    rows += series_of([booking])
    if own_note is not None:
        client = button(_("🙂 Client"), ClientOf(booking_id=booking.id))
        rows.append([client, note(booking.client.id, booking.id, own=own_note, on_visit=True)])
    above = GoTo(place=Place.CLASHES) if is_clash else StaffDay(specialist_id=specialist_id, day=day.toordinal())
    return markup(rows, [[button(_("‹ Back"), above), menu_button()]])


def typed_reason(booking: BookingCard) -> InlineKeyboardMarkup:
    yes = CancelBecause(booking_id=booking.id, version=booking.version, reason=CancelWhy.TYPED)
    return markup([[button(_("Yes, cancel it"), yes)], [_keep(booking)]])


def _keep(booking: BookingCard) -> InlineKeyboardButton:
    return button(_("No, keep it"), OnBooking(booking_id=booking.id, version=booking.version, change=Change.OPEN))


def reasons(booking: BookingCard) -> InlineKeyboardMarkup:
    def because(reason: CancelWhy, text: str) -> Row:
        return [button(text, CancelBecause(booking_id=booking.id, version=booking.version, reason=reason))]

    return markup(
        [
            because(CancelWhy.CLIENT, _("At the client's request")),
            because(CancelWhy.STAFF, _("The specialist can't come")),
            because(CancelWhy.NONE, _("Without a reason")),
            rest_of(booking),
            [_keep(booking)],
        ]
    )
