"""What queries and services return: frozen, free of the ORM, names still in every language.

``Text`` is an ``i18nfield`` string: ``text.localize("ru")`` picks a language. Instants are aware and in UTC;
``zone`` (IANA name) says how the location's people read them.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from i18nfield.strings import LazyI18nString

from bookings.enums import BookingStatus, PartOfDay, WaitlistState

Text: TypeAlias = LazyI18nString


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """One service wanted in a visit; ``specialist_id=None`` means any."""

    service_id: int
    specialist_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit that can be booked. ``specialist_ids``: who could give the first item, least loaded first."""

    starts_at: datetime
    ends_at: datetime
    specialist_ids: tuple[int, ...]
    #: Free seats of an existing session, or the capacity of a new one; ``None`` for single services.
    seats_left: int | None = None


class DayState(StrEnum):
    FREE = "free"
    FULL = "full"
    CLOSED = "closed"
    PAST = "past"
    #: Later than the booking horizon.
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class DaySlots:
    """Slots that start on ``date`` as the location counts days, in order of time."""

    date: date
    state: DayState
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class DayOverview:
    """What a calendar shows of a date; ``state`` is what ``DaySlots`` would say."""

    date: date
    state: DayState


@dataclass(frozen=True, slots=True)
class LocationCard:
    id: int
    name: Text
    address: Text
    zone: str
    phone: str
    latitude: Decimal | None
    longitude: Decimal | None


@dataclass(frozen=True, slots=True)
class CategoryCard:
    id: int
    name: Text
    service_count: int


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """``price`` and ``duration_minutes`` are the lowest among the specialists who give it at the location."""

    id: int
    category_id: int
    name: Text
    description: Text
    duration_minutes: int
    price: Decimal
    price_varies: bool
    currency: str
    capacity: int


@dataclass(frozen=True, slots=True)
class SpecialistCard:
    """``price`` and ``duration_minutes`` of the service that was asked about, ``None`` where none was."""

    id: int
    name: Text
    bio: Text
    price: Decimal | None = None
    duration_minutes: int | None = None
    #: The average of the reviews that are shown, of 5, and how many they are.
    rating: Decimal | None = None
    review_count: int = 0


@dataclass(frozen=True, slots=True)
class ItemCard:
    """``price`` is before ``discount``, this service's share of the booking's."""

    service_id: int
    service_name: Text
    specialist_id: int
    specialist_name: Text
    starts_at: datetime
    ends_at: datetime
    price: Decimal
    id: int = 0
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ClientCard:
    id: int
    name: str
    phone: str
    tg_id: int | None
    language: str
    #: The bot's messages do not reach them.
    bot_blocked: bool = False


@dataclass(frozen=True, slots=True)
class BookingCard:
    """``price`` is what the client pays: ``discount``, by ``promo_code``, is already taken off."""

    id: int
    version: int
    status: BookingStatus
    starts_at: datetime
    ends_at: datetime
    location: LocationCard
    client: ClientCard
    items: tuple[ItemCard, ...]
    price: Decimal
    currency: str
    comment: str
    discount: Decimal = Decimal(0)
    promo_code: str = ""
    series_id: int | None = None

    def part_of(self, specialist_id: int | None) -> "BookingCard":
        """What of the visit is the specialist's: their services, the time from the first to the last, their price.

        The whole visit for nobody in particular (``None``), and for who gives none or all of it.
        """
        items = tuple(item for item in self.items if item.specialist_id == specialist_id)
        if len(items) in (0, len(self.items)):
            return self
        discount = sum((item.discount for item in items), Decimal(0))
        return replace(
            self,
            starts_at=min(item.starts_at for item in items),
            ends_at=max(item.ends_at for item in items),
            items=items,
            price=sum((item.price for item in items), Decimal(0)) - discount,
            discount=discount,
        )


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """A client as the team sees them; ``ahead``: the next open visits. A specialist counts the visits to themselves."""

    client: ClientCard
    tg_username: str
    is_banned: bool
    done: int
    no_shows: int
    cancelled: int
    ahead: tuple[BookingCard, ...]


@dataclass(frozen=True, slots=True)
class UserCard:
    """``specialist_id`` is set when the user is linked to an active specialist."""

    id: int
    tg_id: int | None
    name: str
    phone: str
    language: str
    role: str
    specialist_id: int | None
    is_banned: bool
    bot_blocked: bool
    tg_username: str = ""


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """The policies bind clients; ``max_open_bookings=None`` means no limit."""

    name: Text
    about: Text
    phone: str
    currency: str
    default_language: str
    slot_step_minutes: int
    min_notice_minutes: int
    horizon_days: int
    cancel_window_minutes: int
    reschedule_window_minutes: int
    auto_confirm: bool
    max_open_bookings: int | None
    confirm_after_no_shows: int | None = None
    waitlist_offer_minutes: int = 30


@dataclass(frozen=True, slots=True)
class PromotionQuote:
    """What a visit would cost with a promotion: ``total`` = ``price`` − ``discount``."""

    code: str
    name: Text
    price: Decimal
    discount: Decimal
    total: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """``reply`` and ``replied_at`` are empty until the business answers."""

    id: int
    booking_id: int
    client_id: int
    client_name: str
    specialist_ids: tuple[int, ...]
    rating: int
    text: str
    reply: str
    is_hidden: bool
    created_at: datetime
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class WishedItem:
    """One service that somebody waits for; without a specialist, with any."""

    service_id: int
    service_name: Text
    specialist_id: int | None
    specialist_name: Text | None


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A time on offer from the waitlist, to be answered before ``expires_at``."""

    starts_at: datetime
    ends_at: datetime
    specialist_id: int | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WaitlistCard:
    """``date_from``–``date_to`` as the location counts days, inclusive; ``booking_id`` of the offer that was taken."""

    id: int
    state: WaitlistState
    client: ClientCard
    location: LocationCard
    items: tuple[WishedItem, ...]
    date_from: date
    date_to: date
    part_of_day: PartOfDay
    offer: OfferCard | None
    booking_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TimeOffCard:
    """Days (both times empty) or hours of each day on which a specialist, a location or a room is closed."""

    id: int
    specialist_id: int | None
    location_id: int | None
    room_id: int | None
    date_from: date
    date_to: date
    starts_at: time | None
    ends_at: time | None
    reason: str


@dataclass(frozen=True, slots=True)
class TimeOff:
    """What was written, and the bookings that stand in its way: to be moved, reassigned or cancelled by somebody."""

    card: TimeOffCard
    affected: tuple[BookingCard, ...]


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One date of a series. Where it is not free, ``code`` says why, and ``alternatives`` what is free near it."""

    starts_at: datetime
    is_free: bool
    code: str = ""
    alternatives: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class RecurringPlan:
    """``price`` is of all visits that are free."""

    visits: tuple[PlannedVisit, ...]
    price: Decimal
    currency: str

    @property
    def conflicts(self) -> tuple[PlannedVisit, ...]:
        return tuple(visit for visit in self.visits if not visit.is_free)


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """``times`` as agreed; ``bookings`` are those that were made, by start, in whatever state they are now."""

    id: int
    client: ClientCard
    location: LocationCard
    starts_at: datetime
    every_weeks: int
    times: int
    bookings: tuple[BookingCard, ...]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who sits in a group session."""

    booking_id: int
    seat: int
    status: BookingStatus
    client: ClientCard


@dataclass(frozen=True, slots=True)
class SessionCard:
    """``planned``: opened by staff in advance, so that it stays when nobody is in it."""

    id: int
    service_id: int
    service_name: Text
    specialist_id: int
    specialist_name: Text
    location: LocationCard
    room_name: Text | None
    starts_at: datetime
    ends_at: datetime
    capacity: int
    planned: bool
    participants: tuple[Participant, ...]

    @property
    def seats_left(self) -> int:
        return self.capacity - len(self.participants)


@dataclass(frozen=True, slots=True)
class Figures:
    """``visits`` took place; ``booked`` are all that were not cancelled; ``revenue`` is of visits that took place.

    ``new_clients``: those whose first booking that was not cancelled this is. Minutes are ``None`` where they mean
    nothing.
    """

    visits: int = 0
    booked: int = 0
    no_shows: int = 0
    cancellations: int = 0
    revenue: Decimal = Decimal(0)
    new_clients: int = 0
    busy_minutes: int | None = 0
    open_minutes: int | None = 0

    @property
    def occupancy(self) -> float | None:
        """Busy of open time, from 0 to 1; more where staff work beyond their hours. ``None`` without open time."""
        if not self.open_minutes or self.busy_minutes is None:
            return None
        return round(self.busy_minutes / self.open_minutes, 4)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.visits + other.visits,
            self.booked + other.booked,
            self.no_shows + other.no_shows,
            self.cancellations + other.cancellations,
            self.revenue + other.revenue,
            self.new_clients + other.new_clients,
            (self.busy_minutes or 0) + (other.busy_minutes or 0),
            (self.open_minutes or 0) + (other.open_minutes or 0),
        )


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """Figures of one specialist, service or location (``id`` and ``name``), or of one ``day``."""

    id: int | None
    name: Text | None
    day: date | None
    figures: Figures
