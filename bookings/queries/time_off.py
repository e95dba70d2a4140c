"""Days and hours off, as they lie ahead."""

from datetime import date

from django.db.models import Q

from bookings.actor import Actor
from bookings.cards import time_off_card
from bookings.enums import OverrideKind
from bookings.exceptions import NotFound
from bookings.models import CalendarOverride
from bookings.policies import Task, require_closing, require_task
from bookings.read_models import TimeOffCard

#: Of one answer at most.
LIMIT = 500


def list_time_off(
    *,
    actor: Actor,
    specialist_id: int | None = None,
    location_id: int | None = None,
    room_id: int | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int = LIMIT,
) -> tuple[TimeOffCard, ...]:
    """What touches those dates, by first date and id; narrowed to a specialist, a location or a room. ``after`` is the
    first date and the id of the last one seen. Specialists who name none mean themselves.

    Raises NotFound for a colleague's calendar; NotAllowed for clients, and for whoever has no calendar of their own.
    """
    if specialist_id is None and not actor.is_admin:
        specialist_id = actor.specialist_id
    require_task(actor, Task.TIME_OFF, specialist_id=specialist_id)
    found = CalendarOverride.objects.filter(kind=OverrideKind.CLOSED)
    narrow = {"specialist": specialist_id, "location": location_id, "room": room_id}
    found = found.filter(**{name: pk for name, pk in narrow.items() if pk is not None})
    if date_from is not None:
        found = found.filter(date_to__gte=date_from)
    if date_to is not None:
        found = found.filter(date_from__lte=date_to)
    if after is not None:
        day, override_id = after
        found = found.filter(Q(date_from__gt=day) | Q(date_from=day, pk__gt=override_id))
    return tuple(time_off_card(override) for override in found.order_by("date_from", "pk")[:limit])


def get_time_off(*, actor: Actor, override_id: int) -> TimeOffCard:
    """Raises NotFound, also for a colleague's; NotAllowed for a place's, of anybody but admins."""
    override = CalendarOverride.objects.filter(pk=override_id, kind=OverrideKind.CLOSED).first()
    if override is None:
        raise NotFound("time off")
    require_closing(actor, override.specialist_id)
    return time_off_card(override)
