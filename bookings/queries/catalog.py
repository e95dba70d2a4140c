"""What can be booked, where and with whom: only what is active, in the order the business chose."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Exists, Prefetch, Q, QuerySet

from bookings.cards import location_card
from bookings.exceptions import NotFound
from bookings.models import Location, Room, Service, ServiceCategory, Specialist, SpecialistService
from bookings.queries.look import read_once
from bookings.queries.reviews import ratings
from bookings.queries.users import company
from bookings.read_models import CategoryCard, LocationCard, ServiceCard, SpecialistCard, Text


@read_once
def list_locations() -> tuple[LocationCard, ...]:
    return tuple(location_card(location) for location in Location.objects.filter(is_active=True))


def get_location(*, location_id: int) -> LocationCard:
    """Raises NotFound, also where the location is not active."""
    location = Location.objects.filter(pk=location_id, is_active=True).first()
    if location is None:
        raise NotFound("There is no such location", location_id=location_id)
    return location_card(location)


@read_once
def list_categories(*, location_id: int) -> tuple[CategoryCard, ...]:
    """Categories with at least one service that somebody gives at the location."""
    counts = Counter(_services_at(location_id).values_list("category_id", flat=True))
    return tuple(
        CategoryCard(id=category.pk, name=category.name, service_count=counts[category.pk])
        for category in ServiceCategory.objects.filter(pk__in=counts, is_active=True)
    )


@read_once
def list_services(*, location_id: int, category_id: int | None = None) -> tuple[ServiceCard, ...]:
    """Services that somebody gives at the location; empty for a location that is gone."""
    offers = SpecialistService.objects.filter(specialist__is_active=True, specialist__locations=location_id)
    services = _services_at(location_id).prefetch_related(Prefetch("offers", queryset=offers, to_attr="here"))
    if category_id is not None:
        services = services.filter(category=category_id)
    currency = company().currency
    return tuple(_service_card(service, currency) for service in services)


@read_once
def list_specialists(*, location_id: int, service_id: int) -> tuple[SpecialistCard, ...]:
    """Who gives the service at the location, at their own price and duration, and how clients rate them."""
    service = _services_at(location_id).filter(pk=service_id).first()
    if service is None:
        return ()
    offers = SpecialistService.objects.filter(
        service=service, specialist__is_active=True, specialist__locations=location_id
    ).select_related("specialist")
    found = list(offers.order_by("specialist__position", "specialist_id"))
    rated = ratings({offer.specialist_id for offer in found})
    return tuple(
        SpecialistCard(
            id=offer.specialist.pk,
            name=offer.specialist.name,
            bio=offer.specialist.bio,
            price=service.price if offer.price is None else offer.price,
            duration_minutes=offer.duration_minutes or service.duration_minutes,
            rating=rating.average if rating else None,
            review_count=rating.count if rating else 0,
            photo=offer.specialist.photo.name or "",
        )
        for offer in found
        for rating in [rated.get(offer.specialist_id)]
    )


def active_specialists() -> dict[int, Text]:
    """Names of all who work here, by id, in the order the business chose."""
    return dict(Specialist.objects.filter(is_active=True).values_list("pk", "name"))


def specialist_names(specialist_ids: Collection[int]) -> dict[int, Text]:
    """Names by id, also of those who are no longer active."""
    return dict(Specialist.objects.filter(pk__in=specialist_ids).values_list("pk", "name"))


def photo_of_specialist(*, specialist_id: int) -> str:
    """The name of their photo in the storage of uploads, "" for none. Raises NotFound, also where they left."""
    found = Specialist.objects.filter(pk=specialist_id, is_active=True).values_list("photo", flat=True).first()
    if found is None:
        raise NotFound("There is no such specialist", specialist_id=specialist_id)
    return str(found)


def _services_at(location_id: int) -> QuerySet[Service]:
    given = Specialist.objects.filter(is_active=True, locations=location_id).values("offers__service")
    services = Service.objects.filter(is_active=True, category__is_active=True, pk__in=given).select_related(
        "category"
    )
    is_open = Exists(Location.objects.filter(pk=location_id, is_active=True))
    has_room = Exists(Room.objects.filter(location=location_id, is_active=True))
    return services.filter(is_open, Q(needs_room=False) | has_room)


def _service_card(service: Service, currency: str) -> ServiceCard:
    here: list[SpecialistService] = service.here  # type: ignore[attr-defined]  # set by the prefetch
    prices = {service.price if offer.price is None else offer.price for offer in here}
    return ServiceCard(
        id=service.pk,
        category_id=service.category_id,
        name=service.name,
        description=service.description,
        duration_minutes=min(offer.duration_minutes or service.duration_minutes for offer in here),
        price=min(prices),
        price_varies=len(prices) > 1,
        currency=currency,
        capacity=service.capacity,
    )
