"""Setting weekly hours a day at a time, whatever rows that takes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction

from bookings.actor import Actor
from bookings.enums import Weekday
from bookings.exceptions import HoursReversed, InvalidValue, NotFound
from bookings.models import Location, WorkingHours
from bookings.read_models import ALWAYS, Period, Span, is_reversed
from bookings.services.attempts import retried
from bookings.services.resources.entities import WORKING_HOURS
from bookings.services.resources.refusals import RowChanged
from bookings.services.resources.removal import remove
from bookings.services.resources.writing import create, update


def set_working_days(
    *,
    actor: Actor,
    location_id: int,
    specialist_id: int | None = None,
    days: Mapping[int, Sequence[Span]],
    over_midnight: bool = False,
    period: Period = ALWAYS,
    seen: Mapping[int, Sequence[Span]] | None = None,
) -> None:
    """Give each of the weekdays in ``days`` (Monday = 0) these hours, none to close it; the others stay.

    The last hours of a day end on the next one where ``over_midnight`` says that this is meant; until 00:00 needs no such
    word. Of the location itself, or of the specialist at it; always, or in a ``period``, in which they come on top of those
    that hold always. Hours of other periods stay. Every row that changes is audited. The same once more changes
    nothing, so it needs no key. ``seen``: what the caller saw.

    Raises:
        InvalidValue: no such weekday, or hours that overlap. RowChanged: they are not what was ``seen`` any more.
        HoursReversed: hours end before they begin, and not ``over_midnight``.
        NotFound: no such location. NotAllowed, InvalidFields, Busy.
    """
    WORKING_HOURS.require_write(actor)
    for weekday, spans in days.items():
        _check(weekday, spans, over_midnight=over_midnight)

    def work() -> None:
        with transaction.atomic():
            _hold(location_id)
            for weekday, spans in days.items():
                rows = list(
                    WorkingHours.objects.filter(
                        location=location_id, specialist=specialist_id, weekday=weekday,
                        valid_from=period[0], valid_to=period[1],
                    ).order_by("starts_at", "pk")
                )  # fmt: skip
                if seen is not None and [(row.starts_at, row.ends_at) for row in rows] != sorted(seen[weekday]):
                    raise RowChanged("The hours have changed since they were read")
                of = {
                    "location_id": location_id,
                    "specialist_id": specialist_id,
                    "weekday": weekday,
                    "valid_from": period[0],
                    "valid_to": period[1],
                }
                _set(actor, rows, of, spans)

    retried(work)


def move_season(
    *, actor: Actor, location_id: int, specialist_id: int | None = None, period: Period, to: Period
) -> None:
    """Let the hours of ``period`` hold from now on in the period ``to``. The same once more changes nothing.

    Raises:
        InvalidValue: ``to`` has hours already, or either is no period. NotFound: no such location.
        NotAllowed, InvalidFields, Busy.
    """
    WORKING_HOURS.require_write(actor)
    if ALWAYS in (period, to):
        raise InvalidValue("A period has a first or a last day", field="period")

    def work() -> None:
        with transaction.atomic():
            _hold(location_id)
            hours = WorkingHours.objects.filter(location=location_id, specialist=specialist_id)
            rows = list(hours.filter(valid_from=period[0], valid_to=period[1]).order_by("pk"))
            if rows and period != to and hours.filter(valid_from=to[0], valid_to=to[1]).exists():
                raise InvalidValue("There are hours for this period already", field="period")
            for row in rows:
                values = {"valid_from": to[0], "valid_to": to[1]}
                update(actor=actor, entity=WORKING_HOURS, row_id=row.pk, values=values)

    retried(work)


def _hold(location_id: int) -> None:
    """Two who set the same day at once would else both add to it. Raises NotFound."""
    if not Location.objects.select_for_update(no_key=True).filter(pk=location_id).exists():
        raise NotFound("There is no location with this id")


def _set(actor: Actor, rows: Sequence[WorkingHours], of: Mapping[str, Any], spans: Sequence[Span]) -> None:
    """Rows that are there are kept as far as they go."""
    wanted = sorted(spans)
    for row, span in zip(rows, wanted, strict=False):
        update(actor=actor, entity=WORKING_HOURS, row_id=row.pk, values=_values(span))
    for span in wanted[len(rows) :]:
        create(actor=actor, entity=WORKING_HOURS, values={**of, **_values(span)})
    for row in rows[len(wanted) :]:
        remove(actor=actor, entity=WORKING_HOURS, row_id=row.pk)


def _values(span: Span) -> dict[str, Any]:
    return {"starts_at": span[0], "ends_at": span[1], "over_midnight": is_reversed(span)}


def _check(weekday: int, spans: Sequence[Span], *, over_midnight: bool) -> None:
    """Only the last may reach into the next day."""
    if weekday not in Weekday.values:
        raise InvalidValue("There is no such weekday", field="weekday")
    told = sorted(spans)
    for (since, until), (after, _end) in pairwise(told):
        if not since < until <= after:
            raise InvalidValue("These hours overlap", field="spans")
    if told and is_reversed(told[-1]) and not over_midnight:
        raise HoursReversed(
            "The hours end before they begin, or on the next day: say which", field="over_midnight"
        )
