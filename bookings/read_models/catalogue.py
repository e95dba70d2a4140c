"""The company and what it offers: places, services, who gives them, promotions."""

from dataclasses import dataclass
from decimal import Decimal

from bookings.read_models.text import Text


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
    """``price`` and ``duration_minutes`` of the service that was asked about, ``None`` where none was.

    ``photo``: the name of a JPEG in the storage of uploads, another one for each photo; "" for none.
    """

    id: int
    name: Text
    bio: Text
    price: Decimal | None = None
    duration_minutes: int | None = None
    #: The average of the reviews that are shown, of 5, and how many they are.
    rating: Decimal | None = None
    review_count: int = 0
    photo: str = ""


@dataclass(frozen=True, slots=True)
class PromotionQuote:
    """What a visit would cost with a promotion: ``total`` = ``price`` − ``discount``."""

    code: str
    name: Text
    price: Decimal
    discount: Decimal
    total: Decimal
    currency: str
