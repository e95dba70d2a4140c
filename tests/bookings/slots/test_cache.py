"""What is open is remembered in Redis, and never longer than it is true."""

import uuid
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import redis
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking_site.lib import redis_client
from booking_site.supervisor.ports import free_port
from bookings.actor import Actor
from bookings.enums import Door, OverrideKind, Role
from bookings.exceptions import SlotUnavailable
from bookings.models import (
    CalendarOverride,
    Company,
    Location,
    Room,
    Service,
    Specialist,
    SpecialistService,
    WorkingHours,
)
from bookings.queries.affected import affected_ids
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from bookings.slots import cache, openness
from bookings.slots.request import load_place
from bookings.slots.search import place_visit, range_slots
from tests.bookings.slots.rows import listed, local, open_session, set_company
from tests.factories import (
    AdminFactory,
    ClientFactory,
    LocationFactory,
    RoomFactory,
    ServiceFactory,
    SpecialistFactory,
)

# Nothing is cached inside a transaction, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)

WEDNESDAY = date(2026, 5, 6)


class Salon:
    def __init__(self) -> None:
        self.location: Location = LocationFactory.create()
        self.service: Service = ServiceFactory.create()
        self.anna: Specialist = SpecialistFactory.create(at=[self.location], gives=[self.service])
        Company.objects.current()

    def times(self) -> list[str]:
        return listed(self.location, WEDNESDAY, ItemRequest(self.service.pk))

    def close(self) -> None:
        CalendarOverride.objects.create(
            kind=OverrideKind.CLOSED, location=self.location, date_from=WEDNESDAY, date_to=WEDNESDAY
        )

    @property
    def version_key(self) -> str:
        return f"slots:location:version:{self.location.pk}"

    @property
    def day_key(self) -> str:
        return f"slots:location:{self.location.pk}:{WEDNESDAY}"


@pytest.fixture
def salon() -> Iterator[Salon]:
    with time_machine.travel(local("Europe/Berlin", 2026, 5, 1, 12), tick=False):
        yield Salon()


def queries_of(salon: Salon) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        salon.times()
    return [query["sql"] for query in queries.captured_queries]


def asks_for_hours(statements: list[str]) -> bool:
    return any("bookings_workinghours" in sql or "bookings_calendaroverride" in sql for sql in statements)


def test_a_second_look_does_not_ask_the_database_for_hours(salon: Salon) -> None:
    assert asks_for_hours(queries_of(salon))
    assert not asks_for_hours(queries_of(salon))


def test_days_that_were_read_are_of_the_types_of_those_that_were_computed(salon: Salon) -> None:
    place, days = load_place(salon.location.pk), [WEDNESDAY]
    computed = openness.compute_open(place, days)[WEDNESDAY]
    openness.load_open(place, days)

    kept = cache.read(salon.location.pk, days).days[WEDNESDAY]

    assert (kept.specialists, kept.rooms) == (computed.specialists, computed.rooms)


def test_affected_bookings_are_found_when_only_some_days_are_kept(salon: Salon) -> None:
    admin = Actor(role=Role.ADMIN, door=Door.ADMIN, user_id=AdminFactory.create().pk)
    booking = create_booking(
        actor=admin,
        client_id=ClientFactory.create().pk,
        location_id=salon.location.pk,
        items=[ItemRequest(salon.service.pk, salon.anna.pk)],
        starts_at=local("Europe/Berlin", 2026, 5, 6, 10),
    )
    cache.invalidate(salon.location.pk)
    openness.load_open(load_place(salon.location.pk), [WEDNESDAY])

    assert affected_ids(actor=admin) == ()
    salon.close()
    openness.load_open(load_place(salon.location.pk), [WEDNESDAY - timedelta(days=1)])
    assert affected_ids(actor=admin) == (booking.id,)


def test_every_key_expires(salon: Salon) -> None:
    salon.times()
    client = redis_client.client()
    keys = client.keys("slots:*")
    assert salon.day_key in keys
    assert salon.version_key in keys
    for key in keys:
        limit = cache.VERSION_TTL_SECONDS if "version" in key else cache.DAY_TTL_SECONDS
        assert 0 < client.ttl(key) <= limit


def test_warm_and_cold_say_the_same(salon: Salon) -> None:
    assert salon.times() == salon.times() != []


def test_a_change_that_is_rolled_back_changes_nothing(salon: Salon) -> None:
    before = salon.times()
    version = redis_client.client().get(salon.version_key)
    with transaction.atomic():
        salon.close()
        assert salon.times() == []  # its own changes are seen inside
        transaction.set_rollback(True)
    assert redis_client.client().get(salon.version_key) == version
    assert salon.times() == before
    redis_client.client().flushall()
    assert salon.times() == before


class TestInvalidation:
    def test_closing_a_day(self, salon: Salon) -> None:
        salon.times()
        salon.close()
        assert salon.times() == []
        CalendarOverride.objects.get().delete()
        assert salon.times() != []

    def test_working_hours(self, salon: Salon) -> None:
        salon.times()
        for hours in WorkingHours.objects.filter(specialist=salon.anna):
            hours.starts_at = time(17)
            hours.save()
        assert salon.times() == ["17:00"]

    def test_hours_that_move_to_another_location_leave_the_first(self, salon: Salon) -> None:
        salon.times()
        elsewhere = LocationFactory.create()
        hours = WorkingHours.objects.get(specialist=salon.anna, weekday=WEDNESDAY.weekday())
        hours.location = elsewhere
        hours.save()
        assert salon.times() == []

    def test_the_zone_of_a_location(self, salon: Salon) -> None:
        salon.times()
        salon.location.timezone = "Asia/Kolkata"
        salon.location.save()
        times = salon.times()
        assert (times[0], times[-1]) == ("09:00", "17:00")

    def test_time_off_everywhere(self, salon: Salon) -> None:
        salon.times()
        CalendarOverride.objects.create(
            kind=OverrideKind.CLOSED, specialist=salon.anna, date_from=WEDNESDAY, date_to=WEDNESDAY
        )
        assert salon.times() == []

    def test_a_room_that_is_closed_or_gone(self, salon: Salon) -> None:
        room: Room = RoomFactory.create(location=salon.location)
        Service.objects.update(needs_room=True)
        assert salon.times() != []
        room.is_active = False
        room.save()
        assert salon.times() == []

    def test_a_specialist_who_leaves_or_joins_a_location(self, salon: Salon) -> None:
        salon.times()
        salon.anna.locations.clear()
        version = redis_client.client().get(salon.version_key)
        salon.location.specialists.add(salon.anna)
        assert redis_client.client().get(salon.version_key) != version
        assert salon.times() != []

    def test_the_companys_step(self, salon: Salon) -> None:
        salon.times()
        company = Company.objects.current()
        company.slot_step_minutes = 60
        company.save()
        assert salon.times() == [f"{hour:02}:00" for hour in range(9, 18)]

    def test_by_hand_after_what_signals_do_not_see(self, salon: Salon) -> None:
        salon.times()
        WorkingHours.objects.filter(specialist=salon.anna).update(starts_at=time(17))
        cache.invalidate(salon.location.pk)
        assert salon.times() == ["17:00"]


class TestRaces:
    def test_a_change_between_a_readers_load_and_its_write_leaves_no_stale_grid(
        self, salon: Salon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The reader has computed an open day; before it writes that to Redis, somebody closes the day."""
        write = cache.write

        def overtaken(*arguments: object) -> None:
            monkeypatch.setattr(cache, "write", write)
            salon.close()
            write(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(cache, "write", overtaken)
        assert salon.times() != []  # what was true when it was read
        assert redis_client.client().exists(salon.day_key)
        assert salon.times() == []

    def test_flushing_redis_cannot_bring_an_old_grid_back(self, salon: Salon) -> None:
        """A copy of the old entry that reappears (a slow reader's write) is under a version that never comes again."""
        client = redis_client.client()
        salon.times()
        old_version, old_entry = client.get(salon.version_key), client.get(salon.day_key)
        assert old_entry is not None
        salon.close()
        client.flushall()
        client.set(salon.day_key, old_entry)
        assert salon.times() == []
        assert client.get(salon.version_key) not in (None, old_version)

    def test_an_evicted_version_is_not_an_old_one_again(self, salon: Salon) -> None:
        client = redis_client.client()
        salon.times()
        old_version = client.get(salon.version_key)
        client.delete(salon.version_key)
        WorkingHours.objects.filter(specialist=salon.anna).update(starts_at=time(17))
        assert salon.times() == ["17:00"]
        assert client.get(salon.version_key) != old_version

    def test_a_stale_grid_cannot_be_booked(self, salon: Salon) -> None:
        """Nobody told the cache that the day is closed: it still offers, but placing asks the database."""
        salon.times()
        WorkingHours.objects.filter(specialist=salon.anna).update(starts_at=time(17))
        assert "10:00" in salon.times()
        with pytest.raises(SlotUnavailable):
            place_visit(
                location_id=salon.location.pk, items=[ItemRequest(salon.service.pk)],
                starts_at=local("Europe/Berlin", 2026, 5, 6, 10),
            )  # fmt: skip

    def test_broken_entries_are_computed_anew(self, salon: Salon) -> None:
        before = salon.times()
        redis_client.client().set(salon.day_key, "{not json")
        assert salon.times() == before


class TestWithoutRedis:
    def test_slots_come_from_the_database(self, salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
        before = salon.times()
        monkeypatch.setattr(settings, "REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
        assert salon.times() == before
        assert asks_for_hours(queries_of(salon))

    def test_a_change_is_saved_all_the_same(self, salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
        salon.times()
        with monkeypatch.context() as patched:
            patched.setattr(settings, "REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
            salon.close()
            assert salon.times() == []

    def test_a_redis_that_refuses_writes_is_no_error(self, salon: Salon) -> None:
        client = redis_client.client()
        salon.times()
        client.config_set("maxmemory", "1")
        try:
            with pytest.raises(redis.OutOfMemoryError):
                client.set(uuid.uuid4().hex, "x")
            salon.close()
            assert salon.times() == []
        finally:
            client.config_set("maxmemory", "0")


def hire(count: int, location: Location, service: Service) -> list[Specialist]:
    """Many specialists at once, who work every day."""
    staff = Specialist.objects.bulk_create(Specialist(name="Somebody") for _ in range(count))
    location.specialists.add(*staff)
    SpecialistService.objects.bulk_create(SpecialistService(specialist=who, service=service) for who in staff)
    WorkingHours.objects.bulk_create(
        WorkingHours(location=location, specialist=who, weekday=weekday, starts_at=time(9), ends_at=time(18))
        for who in staff
        for weekday in range(7)
    )
    return staff


@pytest.mark.parametrize("capacity", [1, 4])
def test_a_month_takes_the_same_few_queries_for_one_specialist_and_for_a_hundred(capacity: int) -> None:
    location = LocationFactory.create()
    service = ServiceFactory.create(needs_room=True, capacity=capacity)
    set_company(min_notice_minutes=0)
    counts = {}
    with time_machine.travel(local("Europe/Berlin", 2026, 5, 1, 12), tick=False):
        for people, rooms in ((1, 1), (100, 20)):
            staff = hire(people, location, service)
            Room.objects.bulk_create(Room(location=location, name="Room") for _ in range(rooms))
            open_session(staff[0], service, local("Europe/Berlin", 2026, 5, 6, 9))
            for temperature in ("cold", "warm"):
                if temperature == "cold":
                    redis_client.client().flushall()
                with CaptureQueriesContext(connection) as queries:
                    days = range_slots(
                        location_id=location.pk, items=[ItemRequest(service.pk)],
                        date_from=WEDNESDAY, date_to=WEDNESDAY + timedelta(days=30),
                    )  # fmt: skip
                assert all(day.slots for day in days)
                counts[people, temperature] = len(queries)
    groups = int(capacity > 1)
    assert counts == {
        (1, "cold"): 7 + groups, (100, "cold"): 7 + groups, (1, "warm"): 4 + groups, (100, "warm"): 4 + groups,
    }  # fmt: skip


def test_a_warm_month_is_one_round_trip_to_redis(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    month = {
        "location_id": salon.location.pk, "items": [ItemRequest(salon.service.pk)],
        "date_from": WEDNESDAY, "date_to": WEDNESDAY + timedelta(days=30),
    }  # fmt: skip
    range_slots(**month)  # type: ignore[arg-type]
    client = redis_client.client()
    client.config_resetstat()
    sent: list[int] = []
    pack = redis.connection.AbstractConnection.send_packed_command

    def counting(self: redis.connection.AbstractConnection, *arguments: object, **options: object) -> None:
        sent.append(1)
        pack(self, *arguments, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", counting)
    range_slots(**month)  # type: ignore[arg-type]
    assert len(sent) == 1


def test_only_what_is_missing_is_computed(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    salon.times()
    asked: list[list[date]] = []
    compute = openness.compute_open

    def remembering(place: object, days: list[date], *rest: object) -> object:
        asked.append(list(days))
        return compute(place, days, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(openness, "compute_open", remembering)
    listed(salon.location, WEDNESDAY + timedelta(days=1), ItemRequest(salon.service.pk))
    assert asked == [[WEDNESDAY + timedelta(days=2)]]
