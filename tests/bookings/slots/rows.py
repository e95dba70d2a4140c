"""Rows for slot tests: bookings as the services write them, and whole scenarios."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.enums import BookingStatus, OverrideKind
from bookings.models import (
    Allocation,
    Booking,
    BookingItem,
    CalendarOverride,
    Company,
    GroupSession,
    Location,
    Room,
    Service,
    Specialist,
    SpecialistService,
    User,
    WorkingHours,
)
from bookings.read_models import ItemRequest, is_reversed
from bookings.slots.search import day_slots
from tests.bookings.slots.scenarios import Class, Scenario
from tests.factories import ClientFactory, LocationFactory, RoomFactory, ServiceFactory, SpecialistFactory


def local(zone: str, *moment: int) -> datetime:
    """The instant at which the wall clock of ``zone`` shows year, month, day, hour, minute (for the first time)."""
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]


def listed(location: Location, day: date, *items: ItemRequest, **options: int) -> list[str]:
    """The wall-clock times offered on a date, in order, as people there read them."""
    found = day_slots(location_id=location.pk, items=items, day=day, **options)  # type: ignore[arg-type]
    return [slot.starts_at.astimezone(location.zone).strftime("%H:%M") for slot in found.slots]


def hours(location: Location, starts_at: time, ends_at: time, who: Specialist | None = None) -> None:
    """The same hours every day, in place of those that are there."""
    WorkingHours.objects.filter(location=location, specialist=who).delete()
    for weekday in range(7):
        WorkingHours.objects.create(
            location=location, specialist=who, weekday=weekday, starts_at=starts_at, ends_at=ends_at,
            over_midnight=is_reversed((starts_at, ends_at)),
        )  # fmt: skip


def set_company(**values: int) -> None:
    Company.objects.current()
    Company.objects.update(**values)


def book(
    who: Specialist,
    service: Service,
    starts_at: datetime,
    *,
    minutes: int = 60,
    before: int = 0,
    after: int = 0,
    room: Room | None = None,
    client: User | None = None,
    session: GroupSession | None = None,
    seat: int | None = None,
    allocate: bool = True,
) -> Booking:
    """A confirmed booking of one service, with its allocations (unless it takes a seat in a session)."""
    location = who.locations.get()
    ends_at = starts_at + timedelta(minutes=minutes)
    booking = Booking.objects.create(
        location=location, client=client or ClientFactory.create(), status=BookingStatus.CONFIRMED,
        starts_at=starts_at, ends_at=ends_at, currency="EUR", door="system",
    )  # fmt: skip
    item = BookingItem.objects.create(
        booking=booking, service=service, specialist=who, room=room, starts_at=starts_at, ends_at=ends_at,
        duration_minutes=minutes, price=0, service_name="", specialist_name="", session=session, seat=seat,
    )  # fmt: skip
    if session is None and allocate:
        span = {
            "starts_at": starts_at - timedelta(minutes=before), "ends_at": ends_at + timedelta(minutes=after),
        }  # fmt: skip
        Allocation.objects.create(specialist=who, item=item, **span)
        if room is not None:
            Allocation.objects.create(room=room, item=item, **span)
    return booking


def open_session(
    who: Specialist,
    service: Service,
    starts_at: datetime,
    *,
    room: Room | None = None,
    capacity: int | None = None,
) -> GroupSession:
    """A group session with its allocations and nobody in it."""
    location = who.locations.get()
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    session = GroupSession.objects.create(
        service=service, specialist=who, location=location, room=room, starts_at=starts_at, ends_at=ends_at,
        capacity=capacity or service.capacity,
    )  # fmt: skip
    span = {
        "starts_at": starts_at - timedelta(minutes=service.buffer_before_minutes),
        "ends_at": ends_at + timedelta(minutes=service.buffer_after_minutes),
    }
    Allocation.objects.create(specialist=who, session=session, **span)
    if room is not None:
        Allocation.objects.create(room=room, session=session, **span)
    return session


class Written:
    """A scenario as rows; ``people`` and so on translate its small numbers to primary keys."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        set_company(
            slot_step_minutes=scenario.step, min_notice_minutes=scenario.notice, horizon_days=scenario.horizon_days
        )
        self.location = LocationFactory.create(timezone=scenario.zone, hours=())
        givers: dict[int, list[Service]] = defaultdict(list)
        self.services = [
            ServiceFactory.create(
                buffer_before_minutes=offered.before, buffer_after_minutes=offered.after,
                needs_room=offered.needs_room, capacity=offered.capacity,
            )
            for offered in scenario.services
        ]  # fmt: skip
        self.rooms = {room: RoomFactory.create(location=self.location) for room in scenario.rooms}
        numbers = sorted({shift.who for shift in scenario.shifts if shift.who is not None})
        self.people = {who: SpecialistFactory.create(position=who) for who in numbers}
        for who, person in self.people.items():
            person.locations.add(self.location)
            for service, offered in zip(self.services, scenario.services, strict=True):
                if who in offered.minutes:
                    givers[who].append(service)
                    SpecialistService.objects.create(
                        specialist=person, service=service, duration_minutes=offered.minutes[who]
                    )
        self.client = ClientFactory.create()
        self._write_hours()
        self._write_bookings()

    @property
    def items(self) -> list[ItemRequest]:
        return [
            ItemRequest(self.services[service].pk, None if asked is None else self.people[asked].pk)
            for service, asked in self.scenario.items
        ]

    def _write_hours(self) -> None:
        for shift in self.scenario.shifts:
            WorkingHours.objects.create(
                location=self.location, specialist=None if shift.who is None else self.people[shift.who],
                weekday=shift.weekday, starts_at=shift.starts, ends_at=shift.ends,
                over_midnight=is_reversed((shift.starts, shift.ends)),
                valid_from=shift.valid_from, valid_to=shift.valid_to,
            )  # fmt: skip
        for override in self.scenario.overrides:
            CalendarOverride.objects.create(
                kind=OverrideKind.CLOSED if override.closed else OverrideKind.OPEN,
                location=self.location if override.room is None else None,
                specialist=None if override.who is None else self.people[override.who],
                room=None if override.room is None else self.rooms[override.room],
                date_from=override.first, date_to=override.last, starts_at=override.starts, ends_at=override.ends,
                over_midnight=bool(override.starts and override.ends and override.ends <= override.starts),
            )  # fmt: skip

    def _write_bookings(self) -> None:
        spare = self.services[0]
        of_classes = set()
        for session in self.scenario.classes:
            of_classes |= self._write_class(session)
        anybody = next(iter(self.people.values()))
        for held in self.scenario.held:
            if (held.who, held.room, held.starts) in of_classes:
                continue
            item = book(anybody, spare, held.starts, allocate=False).items.get()
            Allocation.objects.create(
                specialist=None if held.who is None else self.people[held.who],
                room=None if held.room is None else self.rooms[held.room],
                item=item, starts_at=held.starts, ends_at=held.ends,
            )  # fmt: skip
        for starts, ends in self.scenario.client:
            Booking.objects.create(
                location=self.location, client=self.client, status=BookingStatus.PENDING, starts_at=starts,
                ends_at=ends, currency="EUR", door="system",
            )  # fmt: skip

    def _write_class(self, session: Class) -> set[tuple[int | None, int | None, datetime]]:
        service = self.services[session.service]
        offered = self.scenario.services[session.service]
        who = self.people[session.who]
        room = None if session.room is None else self.rooms[session.room]
        row = GroupSession.objects.create(
            service=service, specialist=who, location=self.location, room=room, starts_at=session.starts,
            ends_at=session.ends, capacity=offered.capacity,
        )  # fmt: skip
        low = session.starts - timedelta(minutes=offered.before)
        span = {"starts_at": low, "ends_at": session.ends + timedelta(minutes=offered.after)}
        Allocation.objects.create(specialist=who, session=row, **span)
        if room is not None:
            Allocation.objects.create(room=room, session=row, **span)
        for seat in range(1, offered.capacity - session.seats_left + 1):
            book(who, service, session.starts, session=row, seat=seat)
        return {(session.who, None, low), (None, session.room, low)}
