"""Bookings, and what stands beside them: the client's history, the review."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bookings.enums import BookingStatus, Role
from bookings.read_models.catalogue import LocationCard
from bookings.read_models.people import ClientCard, NoteCard, TagCard
from bookings.read_models.text import Text


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
    #: The client has said that they will come.
    is_coming: bool = False

    def part_of(self, specialist_id: int | None) -> "BookingCard":
        """What of the visit is the specialist's: their services, the time from the first to the last, their price.

        The whole visit for nobody in particular (``None``), and for who gives none or all of it.
        """
        return self.narrowed_to(item for item in self.items if item.specialist_id == specialist_id)

    def narrowed_to(self, some: Iterable[ItemCard]) -> "BookingCard":
        """The visit as if it were these services alone; all of it where they are none or all."""
        items = tuple(some)
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
class MovePreview:
    """What a visit would cost once it has moved; ``discount`` is taken off already."""

    price: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Cancellation:
    """How a visit was called off: in which role, whether by its own client, and why (see ``bookings.reasons``)."""

    role: Role
    by_client: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """A client as the team sees them; ``ahead``: the next open visits, ``past``: the latest that came about or did not.

    A specialist counts the visits to themselves. ``notes``: those the reader may read, their own first.
    ``tags``: for admins alone.
    """

    client: ClientCard
    tg_username: str
    is_banned: bool
    done: int
    no_shows: int
    cancelled: int
    ahead: tuple[BookingCard, ...]
    past: tuple[BookingCard, ...] = ()
    notes: tuple[NoteCard, ...] = ()
    tags: tuple[TagCard, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """``reply`` and ``replied_at`` are empty until the business answers.

    ``author`` is what everybody may read: the first name alone, empty where the client has given none.
    """

    id: int
    booking_id: int
    client_id: int
    client_name: str
    author: str
    specialist_ids: tuple[int, ...]
    rating: int
    text: str
    reply: str
    is_hidden: bool
    created_at: datetime
    replied_at: datetime | None
    zone: str
