"""What Celery runs: thin, each loads nothing and decides nothing. A lost message is woken again by beat."""

from celery import shared_task

from notifications import processing, queues
from notifications.delivery import deliver as deliver_rows
from notifications.models import Delivery

#: Seconds between two ticks of ``wake_due``; each of its wake-ups is stale by the next.
WAKE_SECONDS = 5.0


@shared_task(name=queues.PROCESS_EVENT)
def process_event(event_id: int) -> int:
    """Tell everybody concerned about an event; returns how many messages were tried."""
    return processing.process(event_id)


@shared_task(name=queues.DELIVER)
def deliver(delivery_id: int) -> int:
    """Try one delivery if it is due; returns 1 if it was."""
    return deliver_rows(Delivery.objects.filter(pk=delivery_id), limit=1)


@shared_task(name=queues.DELIVER_DUE)
def deliver_due() -> int:
    """Send everything that is due; returns how many messages were tried."""
    return processing.deliver_due()


@shared_task(name=queues.BURY)
def bury(delivery_id: int) -> int | None:
    """Write the dead letter of a delivery that failed for good; returns its id."""
    return processing.bury(delivery_id)


@shared_task(name=queues.WAKE_DUE)
def wake_due() -> dict[str, int]:
    """Wake workers for unprocessed events, due retries, stale claims and unburied dead."""
    return processing.wake_due(expires=WAKE_SECONDS * 2)
