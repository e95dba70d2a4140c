"""A booking as the API shows it, wherever it does."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from ninja import Schema
from pydantic import AfterValidator, Field

from bookings.api.times import Moment, in_reach, moment
from bookings.api.values import Money, Texts, as_json, money, texts
from bookings.enums import BookingStatus
from bookings.read_models import BookingCard, ItemCard

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BookedService(Schema):
    id: int = Field(description="Of this service within the booking")
    service_id: int
    service_name: Texts = Field(description="As it was when the visit was booked")
    specialist_id: int
    specialist_name: Texts
    starts_at: Moment
    ends_at: Moment
    price: Money = Field(description="Before the discount")
    discount: Money


class BookingClient(Schema):
    id: int
    name: str
    phone: str
    language: str


class BookingPlace(Schema):
    id: int
    name: Texts
    address: Texts
    zone: str = Field(description="IANA name of the time zone", examples=["Europe/Berlin"])


class Booking(Schema):
    id: int
    version: int = Field(description="Grows with every change; send it back as `expected_version`")
    status: BookingStatus
    starts_at: Moment
    ends_at: Moment
    location: BookingPlace
    client: BookingClient
    items: list[BookedService]
    price: Money = Field(description="What the client pays")
    discount: Money = Field(description="What the promotion code has taken off")
    currency: str = Field(description="ISO 4217", examples=["EUR"])
    promo_code: str
    comment: str
    series_id: int | None = Field(description="Of the recurring bookings it is one of")
    is_coming: bool = Field(description="The client has said that they will come, at this time")


def booking_out(card: BookingCard) -> Booking:
    """Not validated again: it comes from the domain."""
    zone = card.location.zone
    return Booking.model_construct(
        id=card.id,
        version=card.version,
        status=card.status,
        starts_at=moment(card.starts_at, zone),
        ends_at=moment(card.ends_at, zone),
        location=BookingPlace.model_construct(
            id=card.location.id, name=texts(card.location.name), address=texts(card.location.address), zone=zone
        ),
        client=BookingClient.model_construct(
            id=card.client.id, name=card.client.name, phone=card.client.phone, language=card.client.language
        ),
        items=[_item_out(item, zone) for item in card.items],
        price=money(card.price),
        discount=money(card.discount),
        currency=card.currency,
        promo_code=card.promo_code,
        comment=card.comment,
        series_id=card.series_id,
        is_coming=card.is_coming,
    )


def booking_json(card: BookingCard) -> dict[str, Any]:
    """The booking as the API answers it, ready for JSON, for those who are told of it without having asked."""
    told: dict[str, Any] = orjson.loads(as_json(booking_out(card).model_dump()))
    return told


def _item_out(item: ItemCard, zone: str) -> BookedService:
    return BookedService.model_construct(
        id=item.id,
        service_id=item.service_id,
        service_name=texts(item.service_name),
        specialist_id=item.specialist_id,
        specialist_name=texts(item.specialist_name),
        starts_at=moment(item.starts_at, zone),
        ends_at=moment(item.ends_at, zone),
        price=money(item.price),
        discount=money(item.discount),
    )


def cursor_of(card: BookingCard) -> str:
    """Where a page of bookings ends, for the next to begin."""
    return f"{int(card.starts_at.timestamp())}-{card.id}"


def place_of(cursor: str) -> tuple[datetime, int]:
    """Start and id that ``cursor_of`` has put in. Raises ValueError: a time in no year of the API."""
    seconds, _dash, booking_id = cursor.rpartition("-")
    return in_reach(EPOCH + timedelta(seconds=int(seconds))), int(booking_id)


def _a_place(cursor: str) -> str:
    try:
        place_of(cursor)
    except (ValueError, OverflowError):
        raise ValueError("not a `next` of this list") from None
    return cursor


#: The parameter ``after`` of a page of bookings.
Cursor = Annotated[str, Field(pattern=r"^-?[0-9]{1,11}-[0-9]{1,18}$"), AfterValidator(_a_place)]
