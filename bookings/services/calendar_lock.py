"""The queue of those who change what is open, and of those who book it."""

from django.db import connection

from bookings.models import Room, Specialist


def hold_calendars(*, specialist_id: int | None, location_id: int | None, room_id: int | None = None) -> None:
    """Queue up for the calendars that are about to change: the specialist's, else those of all at the location, or the
    room's. Call it inside ``atomic``, before the change is written.

    Who books holds the same rows (``visits.claim``) and looks at the hours once more under them: a booking is there
    before the change, and can be named as affected by it, or it comes after and is refused. SQLite has one writer anyway.
    """
    if not connection.features.has_select_for_update:
        return
    if specialist_id is not None:
        people = Specialist.objects.filter(pk=specialist_id)
    elif location_id is not None:
        people = Specialist.objects.filter(
            pk__in=Specialist.locations.through.objects.filter(location=location_id).values("specialist")
        )
    else:
        people = Specialist.objects.none()
    list(people.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    if room_id is not None:
        list(Room.objects.select_for_update(no_key=True).filter(pk=room_id).order_by().values_list("pk"))
