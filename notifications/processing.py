"""From an event to its messages sent, and what beat does about whatever was left lying."""

import time
import traceback
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from booking_site.lib import clock
from booking_site.lib.publishing import publish
from notifications import dead_letters, outbox, queues
from notifications.campaigns.running import reopen
from notifications.claims import retake_stale
from notifications.delivery import BATCH, deliver, wake_burial
from notifications.events import DeliveryState, EventState, Kind, Lane
from notifications.fan_out import fan_out
from notifications.lanes import PROMPTED_BY_THE_CLOCK, retry_queue_of
from notifications.models import Delivery, OutboxEvent

log = structlog.get_logger(__name__)

MAX_EVENT_ATTEMPTS = 5
#: An event that was just woken is left alone this long, so that a worker that is behind is not woken ever again.
REWAKE = timedelta(seconds=15)
#: Rows one tick looks at; what is more waits for the next.
WAKE_LIMIT = 200
#: Seconds a draining task goes on at most before it lets others have its thread.
DRAIN_SECONDS = 20.0


def process(event_id: int) -> int:
    """Fan the event out if nobody did yet, then send what of it is due; returns how many messages were tried.

    Safe to repeat at any time and from any number of workers.
    """
    try:
        fan_out(event_id)
    except Exception as error:
        log.exception("event_failed", outbox_event=event_id)
        _event_failed(event_id, error)
        return 0
    people = Delivery.objects.filter(event=event_id).exclude(lane=Lane.WEBHOOK)
    tried = count = deliver(people)
    while count == BATCH:
        tried += (count := deliver(people))
    # An integrator who is slow to answer must not hold a thread that people wait for.
    if Delivery.objects.filter(event=event_id, lane=Lane.WEBHOOK).claimable(clock.now()).exists():
        wake_lane(Lane.WEBHOOK)
    return tried


def _event_failed(event_id: int, error: Exception) -> None:
    with transaction.atomic():
        event = OutboxEvent.objects.filter(pk=event_id, state=EventState.PENDING).first()
        if event is None:
            return
        event.attempts += 1
        event.error = f"{type(error).__name__}: {error}"
        event.due_at = clock.now() + timedelta(seconds=5 * 4 ** min(event.attempts - 1, 4))
        if event.attempts >= MAX_EVENT_ATTEMPTS:
            event.state = EventState.DEAD
            dead_letters.bury(
                task=queues.PROCESS_EVENT, payload={"event": event.pk}, error=event.error,
                traceback="".join(traceback.format_exception(error)), trace_id=event.trace_id,
                attempts=event.attempts, source=EVENT_SOURCE,
            )  # fmt: skip
        event.save(update_fields=["attempts", "error", "due_at", "state"])


#: Lanes that ``deliver_due`` drains; campaigns have a pump of their own.
DRAINED = (Lane.P2P, Lane.REMINDER, Lane.WEBHOOK)


def deliver_due(lanes: Sequence[str] = DRAINED) -> int:
    """Send whatever is due in ``lanes``, one lane after the other, until nothing is or the time is up."""
    end, tried = time.monotonic() + DRAIN_SECONDS, 0
    for lane in lanes:
        while time.monotonic() < end and (count := deliver(Delivery.objects.filter(lane=lane))):
            tried += count
    return tried


def wake_due(*, expires: float) -> dict[str, int]:
    """Wake workers for everything left lying; any number of beats may do this at once.

    ``expires``: seconds after which a wake-up is stale, because the next tick repeats it.
    """
    instant = ~Q(kind__in=PROMPTED_BY_THE_CLOCK)
    # Each with a limit of its own: a flood of reminders must not keep a lost wake-up of an instant event waiting.
    events = _wake_events(instant, expires) + _wake_events(~instant, expires)
    woken = {"stale": retake_stale(), "events": events, "deliveries": 0, "burials": 0}
    for lane in DRAINED:
        if Delivery.objects.filter(lane=lane).claimable(clock.now()).exists():
            woken["deliveries"] += int(wake_lane(lane, expires=expires))
    for row in Delivery.objects.unburied().order_by("pk")[:WAKE_LIMIT]:
        woken["burials"] += int(wake_burial(row, expires=expires))
    return woken


def wake_lane(lane: str, *, expires: float | None = None) -> bool:
    """Ask for everything that is due in ``lane`` to be sent."""
    return publish(queues.DELIVER_DUE, [[lane]], queue=retry_queue_of(lane), expires=expires, shown_as=f"({lane})")


def _wake_events(which: Q, expires: float) -> int:
    now, woken = clock.now(), 0
    for event in OutboxEvent.objects.filter(which).due(now)[:WAKE_LIMIT]:
        # The condition lets only one of two beats wake it; put off, it is not woken again by the next tick.
        put_off = OutboxEvent.objects.filter(pk=event.pk, state=EventState.PENDING, due_at__lte=now)
        if put_off.update(due_at=now + REWAKE) and not outbox.wake(event, expires=expires):
            OutboxEvent.objects.filter(pk=event.pk).update(due_at=now)
            break
        woken += 1
    return woken


EVENT_SOURCE = "notifications.event"
DELIVERY_SOURCE = "notifications.delivery"


def bury(delivery_id: int) -> int | None:
    """Write the dead letter of a dead delivery, once; returns its id, ``None`` when there is nothing to bury."""
    with transaction.atomic():
        row = Delivery.objects.unburied().select_related("event").filter(pk=delivery_id).first()
        if row is None:
            return None
        letter_id = dead_letters.bury(
            task=queues.DELIVER,
            payload={"delivery": row.pk, "event": row.event_id, "recipient": row.recipient_id, "body": row.body},
            error=row.error, traceback=row.traceback, trace_id=row.trace_id,
            attempts=row.attempts + row.unknowns + row.crashes, source=DELIVERY_SOURCE,
            reference=f"delivery:{row.pk}:{row.claim_token}",
            # An alert that cannot be delivered must not raise the next alert, and so on for ever.
            alert=row.event is None or row.event.kind != Kind.DEAD_LETTERS,
        )  # fmt: skip
        Delivery.objects.filter(pk=row.pk).update(buried_at=clock.now())
    return letter_id


def requeue_delivery(letter: dead_letters.Letter) -> None:
    """A requeued delivery starts afresh."""
    revived = Delivery.objects.filter(pk=letter.payload["delivery"], state=DeliveryState.DEAD).update(
        state=DeliveryState.PENDING, settled_at=None, attempts=0, unknowns=0, crashes=0, buried_at=None,
        due_at=clock.now(), reason="", error="", traceback="",
    )  # fmt: skip
    if not revived:
        raise LookupError("the delivery is no longer dead, or was deleted")
    delivery_id = letter.payload["delivery"]
    row = Delivery.objects.get(pk=delivery_id)
    lane = row.lane
    if row.campaign_id is not None and lane == Lane.CAMPAIGN:
        reopen(row.campaign_id)
        return
    transaction.on_commit(
        lambda: publish(queues.DELIVER, [delivery_id], queue=retry_queue_of(lane), trace_id=letter.trace_id)
    )


def requeue_event(letter: dead_letters.Letter) -> None:
    """A requeued event is processed as if it had just happened."""
    revived = OutboxEvent.objects.filter(pk=letter.payload["event"], state=EventState.DEAD).update(
        state=EventState.PENDING, attempts=0, error="", due_at=clock.now()
    )
    if not revived:
        raise LookupError("the event is no longer dead, or was deleted")
    transaction.on_commit(lambda: outbox.wake(OutboxEvent.objects.get(pk=letter.payload["event"])))


def register() -> None:
    """Tell dead letters how this part takes its work back."""
    dead_letters.register_requeue(DELIVERY_SOURCE, requeue_delivery)
    dead_letters.register_requeue(EVENT_SOURCE, requeue_event)
