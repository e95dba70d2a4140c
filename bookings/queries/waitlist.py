"""Who waits for what."""

from bookings.actor import Actor
from bookings.cards import waitlist_card
from bookings.exceptions import NotFound
from bookings.models import WaitlistEntry
from bookings.policies import Task, require_task
from bookings.read_models import WaitlistCard


def get_entry(*, actor: Actor, entry_id: int) -> WaitlistCard:
    """Raises NotFound, also for somebody else's."""
    entry = WaitlistEntry.objects.with_details().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("waitlist entry")
    require_task(actor, Task.WAIT, client_id=entry.client_id)
    return waitlist_card(entry)


def client_waitlist(*, actor: Actor, client_id: int) -> tuple[WaitlistCard, ...]:
    """What the client still waits for, in the order of joining. Raises NotFound for somebody else's."""
    require_task(actor, Task.WAIT, client_id=client_id)
    entries = WaitlistEntry.objects.on_list().with_details().filter(client=client_id)
    return tuple(waitlist_card(entry) for entry in entries.order_by("pk"))


def location_waitlist(*, actor: Actor, location_id: int, limit: int = 100) -> tuple[WaitlistCard, ...]:
    """A location's line, who came first first. Raises NotAllowed for anybody but admins."""
    require_task(actor, Task.WAIT)
    entries = WaitlistEntry.objects.on_list().with_details().filter(location=location_id)
    return tuple(waitlist_card(entry) for entry in entries.order_by("pk")[:limit])
