"""A small business at a difficult time: what hypothesis draws, and what the oracle and the engine both read.

Instants are aware UTC datetimes on whole minutes, wall-clock times are ``datetime.time``; specialists, rooms and
services are known by small integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

#: Zones with the dates on which their clock changes, and one ordinary date each.
CHANGES: dict[str, tuple[date, ...]] = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25), date(2026, 5, 6)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1), date(2026, 5, 6)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22), date(2026, 5, 6)),  # around Ramadan
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4), date(2026, 5, 6)),  # by half an hour
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 24), date(2026, 5, 6)),  # at midnight
    "America/Santiago": (date(2026, 4, 4), date(2026, 9, 6), date(2026, 5, 6)),  # at midnight, both ways
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1), date(2026, 5, 6)),  # midnight skipped, or shown twice
    "Asia/Kolkata": (date(2026, 3, 29), date(2026, 5, 6)),  # no change, half an hour off
}


@dataclass(frozen=True)
class Shift:
    """Weekly hours; ``who`` is ``None`` for the location."""

    who: int | None
    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Override:
    """``who`` for a specialist, ``room`` for a room, neither for the location. No times: whole days."""

    closed: bool
    first: date
    last: date
    starts: time | None = None
    ends: time | None = None
    who: int | None = None
    room: int | None = None


@dataclass(frozen=True)
class Offered:
    """A service with the durations of those who give it, in order of their position."""

    minutes: dict[int, int]
    before: int = 0
    after: int = 0
    needs_room: bool = False
    capacity: int = 1


@dataclass(frozen=True)
class Held:
    """Busy time (buffers included) of a specialist or a room."""

    starts: datetime
    ends: datetime
    who: int | None = None
    room: int | None = None


@dataclass(frozen=True)
class Class:
    """A group session that is there already; it is also in ``Scenario.held``."""

    service: int
    who: int
    room: int | None
    starts: datetime
    ends: datetime
    seats_left: int


@dataclass(frozen=True)
class Scenario:
    zone: str
    day: date
    step: int
    now: datetime
    notice: int
    horizon_days: int
    shifts: Sequence[Shift]
    services: Sequence[Offered]
    #: Services of the visit, each with the specialist that was asked for.
    items: Sequence[tuple[int, int | None]]
    overrides: Sequence[Override] = ()
    held: Sequence[Held] = ()
    classes: Sequence[Class] = ()
    rooms: Sequence[int] = ()
    client: Sequence[tuple[datetime, datetime]] = field(default=())


SPECIALISTS = (1, 2, 3)
ROOMS = (11, 12)

_clock_times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 0, 0, 15, 20, 30, 45)))
# Hours that meet changes of the clock, midnight, or the usual day.
_spans = st.one_of(
    st.sampled_from([
        (time(0), time(0)), (time(22), time(2)), (time(1), time(4)), (time(2, 30), time(6)), (time(20), time(2, 30)),
        (time(9), time(18)), (time(0), time(5)), (time(18), time(0)), (time(23, 30), time(0, 30)),
    ]),
    st.tuples(_clock_times, _clock_times),
)  # fmt: skip


class _Drawing:
    """One scenario in the making: each method draws a part from what was drawn before."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.zone = draw(st.sampled_from(sorted(CHANGES)))
        self.day = draw(st.sampled_from(CHANGES[self.zone]))
        self.day += timedelta(days=draw(st.sampled_from((0, 0, 0, -1, 1))))
        self.midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        self.weekdays = [(self.day + timedelta(days=n)).weekday() for n in (-1, 0, 1)]
        self.people = SPECIALISTS[: draw(st.integers(1, 3))]
        self.rooms = ROOMS[: draw(st.integers(1, 2))]
        self.held: list[Held] = []

    def now_and_then(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def moment(self, multiple: int = 1) -> datetime:
        """Any time from the afternoon before to the afternoon after."""
        minute = self.draw(st.integers(-16 * 60 // multiple, 40 * 60 // multiple))
        return self.midnight + timedelta(minutes=minute * multiple)

    def always(self, who: int | None) -> list[Shift]:
        return [Shift(who, weekday, time(0), time(0)) for weekday in self.weekdays]

    def shifts(self) -> list[Shift]:
        shifts = [
            Shift(None, weekday, *self.draw(_spans)) for weekday in self.weekdays if not self.now_and_then(4)
        ]
        if self.draw(st.booleans()):
            shifts = self.always(None)
        for who in self.people:
            kind = self.draw(st.sampled_from(("always", "weekly", "limited")))
            if kind == "always":
                shifts += self.always(who)
            elif kind == "weekly":
                shifts += [Shift(who, weekday, *self.draw(_spans)) for weekday in self.weekdays]
            else:
                shifts += [self.limited_shift(who) for _ in range(self.draw(st.integers(1, 3)))]
        return shifts

    def limited_shift(self, who: int) -> Shift:
        return Shift(
            who, self.draw(st.sampled_from(self.weekdays)), *self.draw(_spans),
            valid_from=self.draw(st.sampled_from((None, None, self.day, self.day + timedelta(days=1)))),
            valid_to=self.draw(st.sampled_from((None, None, self.day + timedelta(days=3)))),
        )  # fmt: skip

    def service(self) -> Offered:
        givers = [who for who in self.people if not self.now_and_then(4)] or [self.people[0]]
        return Offered(
            {who: self.draw(st.sampled_from((5, 20, 30, 45, 50, 60, 90, 200))) for who in givers},
            self.draw(st.sampled_from((0, 0, 5, 15, 40))),
            self.draw(st.sampled_from((0, 0, 5, 10, 70))),
            needs_room=self.draw(st.booleans()),
            capacity=self.draw(st.sampled_from((1, 1, 3))),
        )

    def override(self) -> Override:
        subject = self.draw(st.sampled_from((*self.people, *self.rooms, None)))
        closed = subject in self.rooms or self.draw(st.booleans())
        whole = closed and self.draw(st.booleans())
        first = self.day + timedelta(days=self.draw(st.integers(-1, 1)))
        starts, ends = (None, None) if whole else self.draw(_spans)
        return Override(
            closed, first, first + timedelta(days=self.draw(st.integers(0, 1))), starts, ends,
            who=subject if subject in self.people else None, room=subject if subject in self.rooms else None,
        )  # fmt: skip

    def hold(self, *parts: Held) -> bool:
        """Add busy time where nothing is yet, as the database sees to."""
        clash = any(
            (other.who, other.room) == (part.who, part.room)
            and other.starts < part.ends
            and part.starts < other.ends
            for other in self.held
            for part in parts
        )
        if not clash:
            self.held += parts
        return not clash

    def hold_something(self) -> None:
        subject = self.draw(st.sampled_from((*self.people, *self.rooms)))
        starts = self.moment()
        ends = starts + timedelta(minutes=self.draw(st.sampled_from((5, 33, 60, 90, 240))))
        who, room = (subject, None) if subject in self.people else (None, subject)
        self.hold(Held(starts, ends, who, room))

    def sessions(self, index: int, service: Offered) -> list[Class]:
        if service.capacity == 1:
            return []
        found = []
        for _ in range(self.draw(st.integers(0, 3))):
            who = self.draw(st.sampled_from(sorted(service.minutes)))
            starts = self.moment(multiple=self.draw(st.sampled_from((1, 15, 30))))
            ends = starts + timedelta(minutes=service.minutes[who])
            low, high = starts - timedelta(minutes=service.before), ends + timedelta(minutes=service.after)
            room = self.draw(st.sampled_from(self.rooms)) if service.needs_room else None
            parts = [Held(low, high, who=who)] + ([Held(low, high, room=room)] if room else [])
            if self.hold(*parts):
                found.append(Class(index, who, room, starts, ends, self.draw(st.integers(0, 3))))
        return found

    def client(self) -> list[tuple[datetime, datetime]]:
        if not self.now_and_then(4):
            return []
        starts = self.moment()
        return [(starts, starts + timedelta(minutes=self.draw(st.sampled_from((30, 60)))))]


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    drawing = _Drawing(draw)
    services = [drawing.service() for _ in range(draw(st.integers(1, 2)))]
    items: list[tuple[int, int | None]] = []
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3)))):
        index = draw(st.integers(0, len(services) - 1))
        items.append((index, draw(st.sampled_from((None, None, *services[index].minutes)))))
    sessions = [session for index, service in enumerate(services) for session in drawing.sessions(index, service)]
    for _ in range(draw(st.integers(0, 6))):
        drawing.hold_something()
    long_ago = drawing.midnight - timedelta(days=3)
    return Scenario(
        drawing.zone, drawing.day,
        step=draw(st.sampled_from((5, 10, 15, 20, 30, 45, 60))),
        now=drawing.moment() if drawing.now_and_then(3) else long_ago,
        notice=draw(st.sampled_from((0, 0, 60, 1441))),
        horizon_days=draw(st.sampled_from((1, 3, 4, 60, 60))),
        shifts=tuple(drawing.shifts()), services=tuple(services), items=tuple(items),
        overrides=tuple(drawing.override() for _ in range(draw(st.sampled_from((0, 0, 1, 2, 3))))),
        held=tuple(drawing.held), classes=tuple(sessions), rooms=drawing.rooms, client=tuple(drawing.client()),
    )  # fmt: skip
