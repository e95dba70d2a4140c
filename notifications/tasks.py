"""What Celery runs: thin, each loads nothing and decides nothing. A lost message is woken again by beat."""

from celery import shared_task

from booking_site.lib.publishing import publish
from notifications import invitations, processing, queues, reminders, retention
from notifications.campaigns import running
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
def deliver_due(lanes: list[str]) -> int:
    """Send everything that is due in ``lanes``; returns how many messages were tried."""
    return processing.deliver_due(lanes)


@shared_task(name=queues.BURY)
def bury(delivery_id: int) -> int | None:
    """Write the dead letter of a delivery that failed for good; returns its id."""
    return processing.bury(delivery_id)


@shared_task(name=queues.WAKE_DUE)
def wake_due() -> dict[str, int]:
    """Wake workers for unprocessed events, due retries, stale claims and unburied dead."""
    return processing.wake_due(expires=WAKE_SECONDS * 2)


#: Seconds between two ticks of ``remind``.
REMIND_SECONDS = 60.0
#: Workers that look for due reminders at once, each among its share of the clients.
REMIND_SHARDS = 2


@shared_task(name=queues.REMIND)
def remind() -> int:
    """Let each shard look for due reminders; returns how many were woken."""
    shards = range(REMIND_SHARDS)
    return sum(
        publish(queues.REMIND_SHARD, [shard], queue=queues.BROADCAST, expires=REMIND_SECONDS) for shard in shards
    )


@shared_task(name=queues.REMIND_SHARD)
def remind_shard(shard: int) -> int:
    """Decide the due reminders of one shard of clients; returns how many were made."""
    return reminders.remind(shard=shard, shards=REMIND_SHARDS)


@shared_task(name=queues.INVITE)
def invite() -> int:
    """Invite the clients whose time for the next visit has come; returns how many."""
    return invitations.invite()


@shared_task(name=queues.RUN_CAMPAIGN)
def run_campaign(campaign_id: int) -> str:
    """Make the rows of a campaign or send them, whichever is next; returns its status afterwards."""
    return running.run(campaign_id)


@shared_task(name=queues.WAKE_CAMPAIGNS)
def wake_campaigns() -> int:
    """Start the campaigns whose time has come, and wake workers for those that are not finished."""
    return running.wake_campaigns(expires=WAKE_SECONDS)


@shared_task(name=queues.THIN)
def thin() -> dict[str, int]:
    """Delete old messages, events and audit entries; returns how many of each."""
    return retention.thin()
