"""What a button carries: typed, at most 64 bytes, never a bare "confirm".

A button of the booking flow names its draft, a button of a booking names the version it was drawn from, so an old
button cannot act on something newer. Prefixes are part of messages that are already in people's chats: never reuse one.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from aiogram.filters.callback_data import CallbackData
from pydantic import Field, field_validator

from bookings.enums import PartOfDay

# Bounds are checked as the data is read: what a crafted press carries never reaches a query or overflows a date.
Id: TypeAlias = Annotated[int, Field(ge=1, le=2**63 - 1)]
IdOrNone: TypeAlias = Annotated[int, Field(ge=0, le=2**63 - 1)]
Version: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
DraftId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]{8}$")]
#: Proleptic ordinals of the years 2000 to 2199.
Ordinal: TypeAlias = Annotated[int, Field(ge=730120, le=803168)]
#: Whole seconds since 1970, UTC, until the year 2200.
Seconds: TypeAlias = Annotated[int, Field(ge=0, le=7_258_118_400)]
#: year * 100 + month
Month: TypeAlias = Annotated[int, Field(ge=200001, le=219912)]
Word: TypeAlias = Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")]


class Place(StrEnum):
    """Screens that can be reached from anywhere."""

    HOME = "home"
    BOOK = "book"
    BOOKINGS = "mine"
    PAST = "past"
    PROFILE = "me"
    LANGUAGE = "lang"
    NAME = "name"
    PHONE = "phone"
    WISHES = "wishes"
    QUIET = "quiet"
    DATA = "data"
    FORGET = "forget"
    ABOUT = "about"
    MANAGE = "manage"
    CLIENTS = "clients"
    NEW_CLIENT = "newcli"


class Step(StrEnum):
    """Steps of the booking flow, in the order in which they are asked; MORE, WAIT, COMMENT and PROMO only on request."""

    LOCATION = "loc"
    CATEGORY = "cat"
    SERVICE = "srv"
    MORE = "more"
    WINDOWS = "win"
    SPECIALIST = "spc"
    DAY = "day"
    TIME = "time"
    WAIT = "wait"
    COMMENT = "note"
    PROMO = "promo"
    CONFIRM = "ok"


class Part(StrEnum):
    """Parts of a day by which times are grouped."""

    MORNING = "am"
    DAY = "day"
    EVENING = "pm"


class Change(StrEnum):
    """What can be done to a booking. The asking forms show a question, the others act."""

    OPEN = "open"
    CALENDAR = "ics"
    ASK_CANCEL = "cancel?"
    CANCEL = "cancel"
    MOVE = "move"
    CONFIRM = "confirm"
    DONE = "done"
    NO_SHOW = "noshow"


class CancelWhy(StrEnum):
    """What staff can answer with one tap when they cancel."""

    CLIENT = "client"
    STAFF = "staff"
    NONE = "none"


class GoTo(CallbackData, prefix="g"):
    place: Place


class ToStep(CallbackData, prefix="s"):
    """Show a step again, freshly queried: Back, and "pick a day" or "pick a specialist". ``back``: skip backwards."""

    draft: DraftId
    step: Step
    back: bool = False


class PickLocation(CallbackData, prefix="l"):
    draft: DraftId
    location_id: Id


class PickCategory(CallbackData, prefix="c"):
    draft: DraftId
    category_id: Id


class PickService(CallbackData, prefix="v"):
    draft: DraftId
    service_id: Id


class ToggleService(CallbackData, prefix="e"):
    """One service more in the same visit, or one less."""

    draft: DraftId
    service_id: Id


class PickSpecialist(CallbackData, prefix="w"):
    """``specialist_id`` 0 means any."""

    draft: DraftId
    specialist_id: IdOrNone


class ShowMonth(CallbackData, prefix="m"):
    draft: DraftId
    month: Month

    @field_validator("month")
    @classmethod
    def exists(cls, value: int) -> int:
        if not 1 <= value % 100 <= 12:  # noqa: PLR2004 - months of a year
            raise ValueError(f"no such month: {value}")
        return value

    @property
    def first(self) -> date:
        return date(self.month // 100, self.month % 100, 1)


class PickDay(CallbackData, prefix="d"):
    """Days that cannot be booked carry it as well: the press says why."""

    draft: DraftId
    day: Ordinal

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)


class ShowPart(CallbackData, prefix="p"):
    draft: DraftId
    part: Part


class PickTime(CallbackData, prefix="t"):
    """``quick``: chosen among the nearest windows."""

    draft: DraftId
    at: Seconds
    quick: bool = False

    @property
    def instant(self) -> datetime:
        return datetime.fromtimestamp(self.at, tz=UTC)


class Confirm(CallbackData, prefix="y"):
    draft: DraftId


class Drop(CallbackData, prefix="o"):
    """Take the comment or the promotion code off a draft."""

    draft: DraftId
    step: Step


class Repeat(CallbackData, prefix="r"):
    """Book a past visit again."""

    booking_id: Id


class OnBooking(CallbackData, prefix="b"):
    booking_id: Id
    version: Version
    change: Change


class CancelBecause(CallbackData, prefix="x"):
    booking_id: Id
    version: Version
    reason: CancelWhy


class BookingsPage(CallbackData, prefix="q"):
    """``past``: visits that are over; ``page`` counts from 0."""

    past: bool
    page: Annotated[int, Field(ge=0, le=10_000)]


class SetLanguage(CallbackData, prefix="a"):
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class Wish(StrEnum):
    """What a person can switch off."""

    REMINDERS = "remind"
    INVITATIONS = "invite"


class SetWish(CallbackData, prefix="f"):
    wish: Wish
    on: bool


class SetQuiet(CallbackData, prefix="fq"):
    """Quiet from and until, minutes since midnight; the same twice: the company's own hours."""

    since: Annotated[int, Field(ge=0, le=1439)]
    until: Annotated[int, Field(ge=0, le=1439)]


class ForgetMe(CallbackData, prefix="fx"):
    """The yes to being forgotten; ``user_id`` is who was asked."""

    user_id: Id


class StaffDay(CallbackData, prefix="k"):
    """A specialist's day; ``day`` is an ordinal, ``week`` shows the seven days from it. ``specialist_id`` 0: everybody."""

    specialist_id: IdOrNone
    day: Ordinal
    week: bool = False

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)


class TimeOffOf(CallbackData, prefix="ko"):
    """Days and hours off of a specialist."""

    specialist_id: Id


class AddTimeOff(CallbackData, prefix="ka"):
    """That whole day off."""

    specialist_id: Id
    day: Ordinal

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)


class RemoveTimeOff(CallbackData, prefix="kr"):
    specialist_id: Id
    override_id: Id


class Act(CallbackData, prefix="n"):
    """A button under a notification: it belongs to news, not to the live menu."""

    name: Word
    booking_id: Id


class ClientAct(StrEnum):
    OPEN = "open"
    BOOK = "book"
    ASK_BAN = "ban?"
    BAN = "ban"
    UNBAN = "unban"


class OnClient(CallbackData, prefix="i"):
    client_id: Id
    act: ClientAct


class Wait(CallbackData, prefix="j"):
    """Join the waitlist for what the draft wants, at that part of the day."""

    draft: DraftId
    part: PartOfDay


class OfferAct(StrEnum):
    TAKE = "take"
    DECLINE = "decline"


class OnOffer(CallbackData, prefix="u"):
    """An answer to an offer from the waitlist, under news."""

    entry_id: Id
    act: OfferAct


class LeaveWaitlist(CallbackData, prefix="ul"):
    entry_id: Id


class Rate(CallbackData, prefix="h"):
    """So many stars for a visit; under news and under the bot's own question alike."""

    booking_id: Id
    stars: Annotated[int, Field(ge=1, le=5)]


class AskRate(CallbackData, prefix="hq"):
    """Ask for the stars of a visit that took place."""

    booking_id: Id


class ReviewsPage(CallbackData, prefix="hp"):
    """Reviews as admins read them; ``page`` counts from 0."""

    page: Annotated[int, Field(ge=0, le=10_000)]


class ReviewAct(StrEnum):
    OPEN = "open"
    REPLY = "reply"
    HIDE = "hide"
    SHOW = "show"


class OnReview(CallbackData, prefix="hr"):
    review_id: Id
    act: ReviewAct
    page: Annotated[int, Field(ge=0, le=10_000)] = 0


class Idle(CallbackData, prefix="z"):
    """A cell that is there to be read; a press explains it."""

    hint: Word


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
