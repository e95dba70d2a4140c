"""What a button carries: typed, at most 64 bytes, never a bare "confirm".

A button of the booking flow names its draft, a button of a booking names the version it was drawn from, so an old
button cannot act on something newer. Prefixes are part of messages that are already in people's chats: never reuse one.
"""

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.bookings import Act, BookingsPage, CancelBecause, CancelWhy, Change, OnBooking
from telegram_ui.callbacks.fields import DraftId, Id, IdOrNone, Month, Ordinal, Page, Seconds, Version, Word
from telegram_ui.callbacks.figures import FiguresOf
from telegram_ui.callbacks.flow import (
    Confirm,
    Drop,
    Part,
    PickCategory,
    PickDay,
    PickLocation,
    PickService,
    PickSpecialist,
    PickTime,
    Repeat,
    ShowMonth,
    ShowPart,
    Step,
    ToggleService,
    ToStep,
)
from telegram_ui.callbacks.notes import ClientOf, NoteAct, OnNote
from telegram_ui.callbacks.places import GoTo, Idle, Place
from telegram_ui.callbacks.profile import ForgetMe, SetLanguage, SetQuiet, SetWish, Wish
from telegram_ui.callbacks.reviews import AskRate, OnReview, Rate, ReviewAct, ReviewsPage
from telegram_ui.callbacks.staff import AddTimeOff, ClientAct, OnClient, RemoveTimeOff, StaffDay, TimeOffOf
from telegram_ui.callbacks.waitlist import LeaveWaitlist, OfferAct, OnOffer, Wait

ALL: tuple[type[CallbackData], ...] = (
    GoTo,
    ToStep,
    PickLocation,
    PickCategory,
    PickService,
    ToggleService,
    PickSpecialist,
    ShowMonth,
    PickDay,
    ShowPart,
    PickTime,
    Confirm,
    Drop,
    Repeat,
    OnBooking,
    CancelBecause,
    BookingsPage,
    SetLanguage,
    SetWish,
    SetQuiet,
    ForgetMe,
    StaffDay,
    TimeOffOf,
    AddTimeOff,
    RemoveTimeOff,
    Act,
    OnClient,
    ClientOf,
    OnNote,
    FiguresOf,
    Wait,
    OnOffer,
    LeaveWaitlist,
    Rate,
    AskRate,
    ReviewsPage,
    OnReview,
    Idle,
)

#: Classes of buttons that notifications carry.
NEWS: tuple[type[CallbackData], ...] = (Act, Rate, OnOffer)

__all__ = [
    "ALL",
    "NEWS",
    "Act",
    "AddTimeOff",
    "AskRate",
    "BookingsPage",
    "CancelBecause",
    "CancelWhy",
    "Change",
    "ClientAct",
    "ClientOf",
    "Confirm",
    "DraftId",
    "Drop",
    "FiguresOf",
    "ForgetMe",
    "GoTo",
    "Id",
    "IdOrNone",
    "Idle",
    "LeaveWaitlist",
    "Month",
    "NoteAct",
    "OfferAct",
    "OnBooking",
    "OnClient",
    "OnNote",
    "OnOffer",
    "OnReview",
    "Ordinal",
    "Page",
    "Part",
    "PickCategory",
    "PickDay",
    "PickLocation",
    "PickService",
    "PickSpecialist",
    "PickTime",
    "Place",
    "Rate",
    "RemoveTimeOff",
    "Repeat",
    "ReviewAct",
    "ReviewsPage",
    "Seconds",
    "SetLanguage",
    "SetQuiet",
    "SetWish",
    "ShowMonth",
    "ShowPart",
    "StaffDay",
    "Step",
    "TimeOffOf",
    "ToStep",
    "ToggleService",
    "Version",
    "Wait",
    "Wish",
    "Word",
]
