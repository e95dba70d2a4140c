"""When people are left alone: on the wall clock of their zone, or of the location's where they named none."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.enums import Role
from notifications.events import Kind
from notifications.models import NotificationPolicy
from notifications.read_models import Wishes

#: What nobody waits for: the company's quiet hours hold it back in any case.
UNPROMPTED = frozenset({Kind.REMINDER, Kind.REVIEW_REQUEST, Kind.NEXT_VISIT})
#: News of a visit that begins this soon are told at once, whatever the hour: in the morning it may be over.
CLOSE = timedelta(hours=12)
#: And news of one that begins before the quiet is over, or so soon after that.
AFTER_WAKING = timedelta(hours=2)
_NEWS = frozenset({
    Kind.BOOKING_CREATED, Kind.BOOKING_CONFIRMED, Kind.BOOKING_CANCELLED, Kind.BOOKING_RESCHEDULED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begins`` until ``ends``, which may be on the next day. The same time for both: never quiet."""

    begins: time
    ends: time
    zone: ZoneInfo

    def morning_after(self, at: datetime) -> datetime:
        """The first instant from ``at`` on that is not quiet; ``at`` itself where it is not.

        Counted on the wall clock: a night in which clocks change is an hour longer or shorter, and ends all the same
        when the clock shows ``ends``. Where the clock skips that time, it ends when the skipped hour would have.
        """
        local = at.astimezone(self.zone)
        if not self._quiet_at(local.time()):
            return at
        day = local.date() if local.time() < self.ends else local.date() + timedelta(days=1)
        end = datetime.combine(day, self.ends, self.zone)
        # Where clocks go back, the time comes twice, and the first may lie before `at`; where they go forward it is
        # skipped, and the two readings lie on either side of the gap. The later one is right for both.
        return max(end.astimezone(UTC), end.replace(fold=1).astimezone(UTC))

    def _quiet_at(self, clock_time: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= clock_time < self.ends
        return clock_time >= self.begins or clock_time < self.ends


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is told to whom, as far as it matters for the hour. ``visit_at``: the earliest start it is about."""

    kind: Kind
    role: Role
    is_receipt: bool = False
    visit_at: datetime | None = None
    #: The last moment at which the message is of use; it comes by then, quiet or not.
    useful_until: datetime | None = None


def due_at(
    occasion: Occasion, *, now: datetime, wishes: Wishes, policy: NotificationPolicy, zone: str
) -> datetime:
    """When the message goes out: ``now``, or the end of the reader's quiet hours. ``zone`` is the location's."""
    if occasion.role == Role.ADMIN or occasion.is_receipt or _close(occasion, now):
        return now
    hours = _hours(occasion.kind, wishes, policy, zone)
    if hours is None:
        return now
    morning = hours.morning_after(now)
    if occasion.kind in _NEWS and occasion.visit_at is not None and occasion.visit_at < morning + AFTER_WAKING:
        return now
    if occasion.useful_until is not None:
        morning = min(morning, occasion.useful_until)
    return max(now, morning)


def _hours(kind: Kind, wishes: Wishes, policy: NotificationPolicy, zone: str) -> QuietHours | None:
    """The reader's own hours come before the company's."""
    there = ZoneInfo(wishes.zone or zone)
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        return QuietHours(wishes.quiet_from, wishes.quiet_until, there)
    if kind not in UNPROMPTED and not policy.quiet_news:
        return None
    if policy.quiet_from is None or policy.quiet_until is None:
        return None
    return QuietHours(policy.quiet_from, policy.quiet_until, there)


def _close(occasion: Occasion, now: datetime) -> bool:
    if occasion.kind == Kind.SLOT_FREED:
        return True  # an offer stands for a while only
    soon = occasion.visit_at is not None and occasion.visit_at - now < CLOSE
    return soon and occasion.kind in _NEWS
