"""What is asked for: the place with the company's rules, and the services with those who give them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Subquery

from booking_site.lib.prepared import Prepared
from bookings.exceptions import ServiceUnavailable
from bookings.models import Company, Location, SpecialistService
from bookings.read_models import ItemRequest
from bookings.slots.problem import Candidate, Need, Session

#: More services than anybody has in one visit; the search for several items is bounded by it.
MAX_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where, and the company's rules. ``step`` and ``min_notice`` are minutes."""

    location_id: int
    zone: str
    step: int
    min_notice: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One service of a visit with those who could give it, in the order that breaks ties, and their prices as the
    database has them.
    """

    service_id: int
    before: int
    after: int
    capacity: int
    needs_room: bool
    candidates: tuple[Candidate, ...]
    prices: Mapping[int, Any]
    #: As the database has it.
    service_name: Any

    def price_of(self, specialist_id: int) -> Decimal:
        """SQLite keeps decimals as numbers; they have two places here."""
        return Decimal(str(self.prices[specialist_id])).quantize(Decimal("0.01"))

    def need(self, sessions: Iterable[Session] = ()) -> Need:
        return Need(self.candidates, self.before, self.after, self.needs_room, self.capacity, tuple(sessions))


def _place(location_id: int) -> QuerySet[Location, Any]:
    rules = Company.objects.filter(pk=1)
    columns = ("slot_step_minutes", "min_notice_minutes", "horizon_days")
    return (
        Location.objects.filter(pk=location_id, is_active=True)
        .order_by()
        .values_list("timezone", *(Subquery(rules.values(column)) for column in columns))
    )


def _offers(location_id: int, service_ids: Sequence[int]) -> QuerySet[SpecialistService, Any]:
    return (
        SpecialistService.objects.filter(
            service__in=service_ids,
            service__is_active=True,
            service__category__is_active=True,
            specialist__is_active=True,
            specialist__locations=location_id,
        )
        .order_by("specialist__position", "specialist_id")
        .values_list(
            "service_id", "specialist_id", "duration_minutes", "price",
            "service__duration_minutes", "service__price", "service__buffer_before_minutes",
            "service__buffer_after_minutes", "service__capacity", "service__needs_room", "service__name",
        )
    )  # fmt: skip


_prepared_place = Prepared(_place)
_prepared_offers = Prepared(_offers)


def load_place(location_id: int) -> Place:
    """One query. Raise ServiceUnavailable where the location is unknown or not active."""
    return AskedPlace(location_id).place()


class AskedPlace:
    """``load_place`` whose question was sent."""

    def __init__(self, location_id: int) -> None:
        self._location_id = location_id
        self._asked = _prepared_place.ask(location_id=location_id)

    def place(self) -> Place:
        """Raise ServiceUnavailable where the location is unknown or not active."""
        row = next(iter(self._asked.rows()), None)
        if row is None:
            raise _no_such_place(self._location_id)
        zone, step, min_notice, horizon_days = row
        if step is None:  # before anybody has opened the settings
            company = Company.objects.current()
            step, min_notice = company.slot_step_minutes, company.min_notice_minutes
            horizon_days = company.horizon_days
        return Place(self._location_id, zone, step, min_notice, horizon_days)


def place_of(location: Location, company: Company) -> Place:
    """The same from rows that are at hand."""
    return Place(
        location.pk,
        location.timezone,
        company.slot_step_minutes,
        company.min_notice_minutes,
        company.horizon_days,
    )


def available(location: Location | None, location_id: int) -> Location:
    """The row that was asked for. Raise ServiceUnavailable where there is none, or it is not active."""
    if location is None or not location.is_active:
        raise _no_such_place(location_id)
    return location


def _no_such_place(location_id: int) -> ServiceUnavailable:
    return ServiceUnavailable("The location is not available", reason="location", location_id=location_id)


def load_wanted(location_id: int, items: Sequence[ItemRequest]) -> tuple[Wanted, ...]:
    """What the items mean now, in their order. One query.

    Raise ServiceUnavailable where there are no items or too many, a service is gone or not given at the location,
    or the specialist who was asked for does not give it there.
    """
    return AskedWanted(location_id, items).wanted()


class AskedWanted:
    """``load_wanted`` whose question was sent. Raises ServiceUnavailable where there are no items or too many."""

    def __init__(self, location_id: int, items: Sequence[ItemRequest]) -> None:
        if not 0 < len(items) <= MAX_ITEMS:
            raise ServiceUnavailable(
                f"A visit has between 1 and {MAX_ITEMS} services", reason="item_count", count=len(items)
            )
        self._items = items
        service_ids = sorted({item.service_id for item in items})
        self._asked = _prepared_offers.ask(location_id=location_id, service_ids=service_ids)

    def wanted(self) -> tuple[Wanted, ...]:
        """Raise ServiceUnavailable as ``load_wanted``."""
        offers: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in self._asked.rows():
            offers[row[0]].append(row[1:])
        return tuple(_wanted(item, offers[item.service_id]) for item in self._items)


def _wanted(item: ItemRequest, offers: Sequence[tuple[Any, ...]]) -> Wanted:
    if not offers:
        raise ServiceUnavailable("The service is not given here", reason="service", service_id=item.service_id)
    chosen = [offer for offer in offers if item.specialist_id in (None, offer[0])]
    if not chosen:
        raise ServiceUnavailable(
            "The specialist does not give the service here",
            reason="specialist", service_id=item.service_id, specialist_id=item.specialist_id,
        )  # fmt: skip
    _who, _own_duration, _own_price, duration, price, before, after, capacity, needs_room, name = offers[0]
    return Wanted(
        item.service_id,
        before,
        after,
        capacity,
        bool(needs_room),
        tuple(Candidate(offer[0], offer[1] or duration) for offer in chosen),
        {offer[0]: price if offer[2] is None else offer[2] for offer in chosen},
        name,
    )
