"""From rows to the frozen dataclasses that leave the domain."""

from collections.abc import Iterable

from booking_site.lib.prepared import AskedObjects, PreparedObjects
from bookings.enums import BookingStatus, OfferState, PartOfDay, Role, WaitlistState
from bookings.models import (
    Booking,
    BookingItem,
    BookingSeries,
    CalendarOverride,
    ClientNote,
    Company,
    GroupSession,
    InviteToken,
    Location,
    Review,
    Tag,
    User,
    WaitlistEntry,
)
from bookings.read_models import (
    BookingCard,
    ClientCard,
    CompanyCard,
    InviteCard,
    ItemCard,
    LocationCard,
    NoteCard,
    OfferCard,
    Participant,
    ReviewCard,
    SeriesCard,
    SessionCard,
    TagCard,
    TimeOffCard,
    UserCard,
    WaitlistCard,
    WishedItem,
)


def location_card(location: Location) -> LocationCard:
    return LocationCard(
        id=location.pk,
        name=location.name,
        address=location.address,
        zone=location.timezone,
        phone=location.phone,
        latitude=location.latitude,
        longitude=location.longitude,
    )


def client_card(client: User) -> ClientCard:
    return ClientCard(
        id=client.pk,
        name=client.display_name,
        phone=client.phone,
        tg_id=client.tg_id,
        language=client.language,
        bot_blocked=client.bot_blocked,
    )


_booking = PreparedObjects(lambda pk: Booking.objects.filter(pk=pk))
_location = PreparedObjects(lambda pk: Location.objects.filter(pk=pk))
_client = PreparedObjects(lambda pk: User.objects.filter(pk=pk))
_items = PreparedObjects(lambda booking: BookingItem.objects.filter(booking=booking).order_by("position"))


def ask_location(location_id: int) -> AskedObjects[Location]:
    """Send the question for a location, where a card will need it."""
    return _location.ask(pk=location_id)


def load_booking_card(booking_id: int) -> BookingCard:
    """The card of a booking that exists. Raise Booking.DoesNotExist where it does not."""
    booking = _booking.first(pk=booking_id)
    if booking is None:
        raise Booking.DoesNotExist
    booking.location, booking.client = (
        _location.all(pk=booking.location_id)[0],
        _client.all(pk=booking.client_id)[0],
    )
    return _booking_card(booking, _items.all(booking=booking_id))


def new_booking_card(booking: Booking, items: Iterable[BookingItem]) -> BookingCard:
    """The card of a booking that was written a moment ago, with its client and location at hand: nothing is read."""
    return _booking_card(booking, items)


def booking_card(booking: Booking) -> BookingCard:
    """Load it ``with_details`` first: what is missing costs a query each."""
    return _booking_card(booking, booking.items.all())


def _booking_card(booking: Booking, items: Iterable[BookingItem]) -> BookingCard:
    return BookingCard(
        id=booking.pk,
        version=booking.version,
        status=BookingStatus(booking.status),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        location=location_card(booking.location),
        client=client_card(booking.client),
        items=tuple(
            ItemCard(
                service_id=item.service_id,
                service_name=item.service_name,
                specialist_id=item.specialist_id,
                specialist_name=item.specialist_name,
                starts_at=item.starts_at,
                ends_at=item.ends_at,
                price=item.price,
                id=item.pk,
                discount=item.discount,
            )
            for item in items
        ),
        price=booking.price,
        currency=booking.currency,
        comment=booking.comment,
        discount=booking.discount,
        promo_code=booking.promo_code,
        series_id=booking.series_id,
        is_coming=booking.coming_at is not None,
    )


def note_card(note: ClientNote) -> NoteCard:
    """Load it with its author."""
    return NoteCard(
        id=note.pk,
        client_id=note.client_id,
        author_id=note.author_id,
        author_name=note.author.display_name,
        text=note.text,
        updated_at=note.updated_at,
    )


def tag_card(tag: Tag) -> TagCard:
    return TagCard(id=tag.pk, name=tag.name)


def review_card(review: Review) -> ReviewCard:
    """Load it ``with_details`` first."""
    return ReviewCard(
        id=review.pk,
        booking_id=review.booking_id,
        client_id=review.client_id,
        client_name=review.client.display_name,
        author=" ".join(review.client.first_name.split()[:1]),
        specialist_ids=tuple(specialist.pk for specialist in review.specialists.all()),
        rating=review.rating,
        text=review.text,
        reply=review.reply,
        is_hidden=review.is_hidden,
        created_at=review.created_at,
        replied_at=review.replied_at,
        zone=review.booking.location.timezone,
    )


def waitlist_card(entry: WaitlistEntry) -> WaitlistCard:
    """Load it ``with_details`` first."""
    standing = [offer for offer in entry.offers.all() if offer.state == OfferState.OPEN]
    return WaitlistCard(
        id=entry.pk,
        state=WaitlistState(entry.state),
        client=client_card(entry.client),
        location=location_card(entry.location),
        items=tuple(
            WishedItem(
                service_id=item.service_id,
                service_name=item.service.name,
                specialist_id=item.specialist_id,
                specialist_name=item.specialist.name if item.specialist else None,
            )
            for item in entry.items.all()
        ),
        date_from=entry.date_from,
        date_to=entry.date_to,
        part_of_day=PartOfDay(entry.part_of_day),
        offer=next(
            (
                OfferCard(offer.starts_at, offer.ends_at, offer.specialist_id, offer.expires_at)
                for offer in standing
            ),
            None,
        ),
        booking_id=entry.booking_id,
        created_at=entry.created_at,
    )


def time_off_card(override: CalendarOverride) -> TimeOffCard:
    return TimeOffCard(
        id=override.pk,
        specialist_id=override.specialist_id,
        location_id=override.location_id,
        room_id=override.room_id,
        date_from=override.date_from,
        date_to=override.date_to,
        starts_at=override.starts_at,
        ends_at=override.ends_at,
        reason=override.reason,
        over_midnight=override.over_midnight,
    )


def series_card(series: BookingSeries) -> SeriesCard:
    """Load it with client and location; its bookings are read here, in two queries."""
    bookings = series.bookings.with_details().order_by("starts_at", "id")
    return SeriesCard(
        id=series.pk,
        client=client_card(series.client),
        location=location_card(series.location),
        starts_at=series.starts_at,
        every_weeks=series.every_weeks,
        times=series.times,
        bookings=tuple(booking_card(booking) for booking in bookings),
    )


def session_card(session: GroupSession) -> SessionCard:
    """Load it with service, specialist, location, room and ``prefetch_related("seats__booking__client")``."""
    taken = {item.seat: item.booking for item in session.seats.all() if item.seat is not None}
    return SessionCard(
        id=session.pk,
        service_id=session.service_id,
        service_name=session.service.name,
        specialist_id=session.specialist_id,
        specialist_name=session.specialist.name,
        location=location_card(session.location),
        room_name=session.room.name if session.room else None,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        capacity=session.capacity,
        planned=session.planned,
        participants=tuple(
            Participant(booking.pk, seat, BookingStatus(booking.status), client_card(booking.client))
            for seat, booking in sorted(taken.items())
        ),
    )


def user_card(user: User) -> UserCard:
    """Load it with ``select_related("specialist")``."""
    specialist = getattr(user, "specialist", None)
    return UserCard(
        id=user.pk,
        tg_id=user.tg_id,
        name=user.display_name,
        own_name=user.get_full_name(),
        phone=user.phone,
        language=user.language,
        role=user.role,
        specialist_id=specialist.pk if specialist is not None and specialist.is_active else None,
        is_banned=user.is_banned,
        bot_blocked=user.bot_blocked,
        tg_username=user.tg_username,
    )


def company_card(company: Company) -> CompanyCard:
    return CompanyCard(
        name=company.name,
        about=company.about,
        phone=company.phone,
        currency=company.currency,
        default_language=company.default_language,
        slot_step_minutes=company.slot_step_minutes,
        min_notice_minutes=company.min_notice_minutes,
        horizon_days=company.horizon_days,
        cancel_window_minutes=company.cancel_window_minutes,
        reschedule_window_minutes=company.reschedule_window_minutes,
        auto_confirm=company.auto_confirm,
        max_open_bookings=company.max_open_bookings,
        confirm_after_no_shows=company.confirm_after_no_shows,
        waitlist_offer_minutes=company.waitlist_offer_minutes,
    )


def invite_card(invite: InviteToken) -> InviteCard:
    """Load it ``with_details()``."""
    return InviteCard(
        id=invite.pk,
        role=Role(invite.role),
        specialist_id=invite.specialist_id,
        specialist_name=invite.specialist.name if invite.specialist else None,
        state=invite.state,
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        created_by_name=invite.created_by.display_name if invite.created_by else "",
        used_by_name=invite.used_by.display_name if invite.used_by else "",
    )
