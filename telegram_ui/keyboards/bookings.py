"""Buttons of a client's visits."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES
from bookings.read_models import BookingCard
from telegram_ui.callbacks import BookingsPage, Change, GoTo, OnBooking, OnSeries, Place, Repeat, SeriesAct
from telegram_ui.geography import route_url
from telegram_ui.keyboards.reviews import ask as ask_stars
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button
from telegram_ui.views.format import clock as clock_text, language, local_date, short, short_date


def on(booking: BookingCard, change: Change, text: str) -> InlineKeyboardButton:
    return button(text, OnBooking(booking_id=booking.id, version=booking.version, change=change))


def move_and_cancel(booking: BookingCard, *, number: int | None = None) -> Row:
    """``number`` ties the buttons to a card of a list."""
    lead = f"{number}. " if number else ""
    return [
        on(booking, Change.MOVE, lead + _("🔄 Move")),
        on(booking, Change.ASK_CANCEL, lead + _("✖️ Cancel")),
    ]


def take_along(booking: BookingCard) -> Row:
    """The visit for one's own calendar, and the way to the place on a map."""
    url = route_url(booking.location, language())
    way = [InlineKeyboardButton(text=_("🗺 Directions"), url=url)] if url else []
    return [on(booking, Change.CALENDAR, _("📅 To calendar")), *way]


def series_of(bookings: Sequence[BookingCard]) -> list[Row]:
    """A way to each series that some of them belong to."""
    found = {booking.series_id: booking for booking in bookings if booking.series_id is not None}
    rows: list[Row] = []
    for series_id, booking in found.items():
        name = f": {short(booking.items[0].service_name, 16)}" if len(found) > 1 else ""
        rows.append([button(_("🔁 The series") + name, OnSeries(series_id=series_id, act=SeriesAct.OPEN))])
    return rows


def rest_of(booking: BookingCard) -> Row:
    """Under the question whether one visit is cancelled."""
    if booking.series_id is None:
        return []
    data = OnSeries(series_id=booking.series_id, act=SeriesAct.ASK_CANCEL, booking_id=booking.id)
    return [button(_("This and all later ones"), data)]


def upcoming(
    bookings: Sequence[BookingCard],
    *,
    has_past: bool,
    waiting: Sequence[Row] = (),
    page: int = 0,
    has_more: bool = False,
) -> InlineKeyboardMarkup:
    """``waiting``: rows of what is waited for."""
    several = len(bookings) > 1
    rows = [
        move_and_cancel(booking, number=number if several else None)
        for number, booking in enumerate(bookings, start=1)
    ]
    if several:
        rows += in_rows([on(one, Change.OPEN, f"📄 {number}") for number, one in enumerate(bookings, start=1)], 6)
    else:
        rows += [take_along(booking) for booking in bookings]
    rows += series_of(bookings)
    if not bookings:
        rows.append([button(_("📅 Book a visit"), GoTo(place=Place.BOOK))])
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Sooner"), BookingsPage(past=False, page=page - 1)))
    if has_more:
        leaf.append(button(_("Further ›"), BookingsPage(past=False, page=page + 1)))
    last: Row = [button(_("🕘 Past visits"), BookingsPage(past=True, page=0))] if has_past else []
    return markup(rows, [leaf], waiting, [[*last, menu_button()]])


def past(bookings: Sequence[BookingCard], *, page: int, has_more: bool) -> InlineKeyboardMarkup:
    several = len(bookings) > 1
    cards: list[Row] = []
    for number, booking in enumerate(bookings, start=1):
        lead = f"{number}. " if several else ""
        again = button(lead + _("🔁 Book again"), Repeat(booking_id=booking.id))
        cards.append([again, on(booking, Change.OPEN, lead + _("📄 Details"))])
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Later"), BookingsPage(past=True, page=page - 1)))
    if has_more:
        leaf.append(button(_("Earlier ›"), BookingsPage(past=True, page=page + 1)))
    return markup(cards, [leaf, [button(_("‹ Back"), GoTo(place=Place.BOOKINGS)), menu_button()]])


def card(booking: BookingCard, *, may_rate: bool) -> InlineKeyboardMarkup:
    """Of a visit that has begun nothing is changed any more, though nobody has said yet how it went."""
    rows: list[Row] = []
    if booking.status in OPEN_STATUSES and booking.starts_at > clock.now():
        rows += [move_and_cancel(booking), take_along(booking)]
    else:
        rows.append([button(_("🔁 Book again"), Repeat(booking_id=booking.id))])
    rows += series_of([booking])
    if may_rate:
        rows.append(ask_stars(booking.id))
    rows.append([button(_("🗂 My visits"), GoTo(place=Place.BOOKINGS)), menu_button()])
    return markup(rows)


def receipt(booking: BookingCard, *, ask_phone: bool) -> InlineKeyboardMarkup:
    phone: Row = [button(_("📱 Leave a phone number"), GoTo(place=Place.PHONE))] if ask_phone else []
    return markup([move_and_cancel(booking), take_along(booking), phone, [menu_button()]])


def ask_cancel(booking: BookingCard) -> InlineKeyboardMarkup:
    return markup(
        [
            [on(booking, Change.CANCEL, _("Yes, cancel it"))],
            rest_of(booking),
            [on(booking, Change.OPEN, _("No, keep it"))],
        ]
    )


def after_cancel() -> InlineKeyboardMarkup:
    return markup([[button(_("📅 Book another time"), GoTo(place=Place.BOOK))], [menu_button()]])


def when(booking: BookingCard) -> str:
    zone = booking.location.zone
    return f"{short_date(local_date(booking.starts_at, zone))} {clock_text(booking.starts_at, zone)}"
