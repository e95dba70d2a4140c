"""Nobody is disturbed at night, and nothing that cannot wait waits."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies

from bookings.enums import Role
from notifications.events import Kind
from notifications.models import NotificationPolicy
from notifications.quiet_hours import Occasion, QuietHours, due_at
from notifications.read_models import Wishes

NIGHT = NotificationPolicy()  # 22:00 to 08:00
BERLIN = "Europe/Berlin"
EVENING = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)  # 08:00 in Berlin
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


def when(kind: Kind, now: datetime = EVENING, *, wishes: Wishes | None = None, **occasion: object) -> datetime:
    role = occasion.pop("role", Role.CLIENT)
    told = Occasion(kind=kind, role=role, **occasion)  # type: ignore[arg-type]
    return due_at(told, now=now, wishes=wishes or Wishes(), policy=NIGHT, zone=BERLIN)


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.REVIEW_REQUEST, Kind.NEXT_VISIT])
def test_what_nobody_waits_for_is_held_back_to_the_morning(kind: Kind) -> None:
    assert when(kind) == MORNING
    assert when(kind, NOON) == NOON


def test_news_wait_only_where_the_company_or_the_reader_wants_it() -> None:
    assert when(Kind.BOOKING_CREATED) == EVENING
    own = Wishes(quiet_from=time(21), quiet_until=time(9))
    assert when(Kind.BOOKING_CREATED, wishes=own) == MORNING + timedelta(hours=1)
    strict = NotificationPolicy(quiet_news=True)
    told = Occasion(kind=Kind.BOOKING_CREATED, role=Role.SPECIALIST)
    assert due_at(told, now=EVENING, wishes=Wishes(), policy=strict, zone=BERLIN) == MORNING


def test_the_reader_s_zone_comes_before_the_location_s() -> None:
    assert when(Kind.REMINDER, wishes=Wishes(zone="America/New_York")) == EVENING


OWN = Wishes(quiet_from=time(22), quiet_until=time(8))


@pytest.mark.parametrize(
    "occasion",
    [
        Occasion(kind=Kind.BOOKING_DONE, role=Role.ADMIN),
        Occasion(kind=Kind.BOOKING_CREATED, role=Role.CLIENT, is_receipt=True),
        Occasion(kind=Kind.SLOT_FREED, role=Role.CLIENT),
        Occasion(kind=Kind.BOOKING_CANCELLED, role=Role.CLIENT, visit_at=EVENING + timedelta(hours=11)),
        Occasion(kind=Kind.BOOKING_RESCHEDULED, role=Role.SPECIALIST, visit_at=EVENING + timedelta(hours=11)),
        Occasion(kind=Kind.BOOKING_CREATED, role=Role.CLIENT, visit_at=EVENING + timedelta(hours=1)),
        Occasion(kind=Kind.BOOKING_CONFIRMED, role=Role.CLIENT, visit_at=EVENING + timedelta(hours=11)),
    ],
)
def test_cards_for_admins_receipts_offers_and_news_close_to_the_start_are_exempt(occasion: Occasion) -> None:
    assert due_at(occasion, now=EVENING, wishes=OWN, policy=NIGHT, zone=BERLIN) == EVENING


def test_news_of_a_visit_that_begins_before_or_soon_after_the_quiet_is_over_come_at_once() -> None:
    """A quiet of fifteen hours, and a visit in fourteen: the message would come when it has begun."""
    long = Wishes(quiet_from=time(21), quiet_until=time(13))
    morning = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert when(Kind.BOOKING_CREATED, wishes=long, visit_at=morning - timedelta(minutes=30)) == EVENING
    assert when(Kind.BOOKING_CREATED, wishes=long, visit_at=morning + timedelta(minutes=90)) == EVENING
    assert when(Kind.BOOKING_CREATED, wishes=long, visit_at=morning + timedelta(hours=3)) == morning


def test_a_cancellation_of_a_visit_far_ahead_waits() -> None:
    told = Occasion(kind=Kind.BOOKING_CANCELLED, role=Role.CLIENT, visit_at=EVENING + timedelta(hours=13))
    assert due_at(told, now=EVENING, wishes=OWN, policy=NIGHT, zone=BERLIN) == MORNING


def test_a_reminder_comes_while_it_helps_even_before_the_morning() -> None:
    useful = MORNING - timedelta(hours=1)
    assert when(Kind.REMINDER, useful_until=useful) == useful
    assert when(Kind.REMINDER, useful_until=MORNING + timedelta(hours=1)) == MORNING


@pytest.mark.parametrize(
    ("night", "zone", "ends"),
    [
        # Clocks go back at 03:00 to 02:00: "02:30" comes twice, quiet ends with the second.
        (datetime(2026, 10, 24, 23, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        # Clocks go forward from 02:00 to 03:00: "02:30" never comes, quiet ends at 03:30.
        (datetime(2026, 3, 28, 23, tzinfo=UTC), BERLIN, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_nights_in_which_clocks_change(night: datetime, zone: str, ends: datetime) -> None:
    assert QuietHours(time(22), time(2, 30), ZoneInfo(zone)).morning_after(night) == ends


@settings(max_examples=60, deadline=None)
@given(
    at=strategies.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=strategies.just(UTC)),  # noqa: DTZ001
    begins=strategies.times(),
    ends=strategies.times(),
    zone=strategies.sampled_from([BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_held_message_goes_out_later_within_a_day_and_never_in_the_quiet(
    at: datetime, begins: time, ends: time, zone: str
) -> None:
    hours = QuietHours(
        begins.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0), ZoneInfo(zone)
    )
    morning = hours.morning_after(at)
    assert at <= morning <= at + timedelta(hours=25)
    assert hours.morning_after(morning) == morning
