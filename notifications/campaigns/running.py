"""What a worker does for a campaign, whatever state it finds it in; and what beat does about all of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from django.db import transaction

from booking_site.lib import clock
from bookings.actor import SYSTEM
from bookings.exceptions import BookingError
from bookings.services import audit
from bookings.services.attempts import retried
from notifications.campaigns.changes import locked, told
from notifications.campaigns.control import start_campaign, wake
from notifications.campaigns.materialise import materialise
from notifications.campaigns.pump import Pump
from notifications.campaigns.queries import rows_of
from notifications.campaigns.troubles import alert_admins
from notifications.events import CLAIMABLE, CampaignStatus as Status, DeliveryState
from notifications.exceptions import WrongCampaignStatus
from notifications.models import Campaign, Delivery

log = structlog.get_logger(__name__)

#: Rows of a cancelled campaign that one statement marks.
_PAGE = 2000
#: Workers that are asked to pump a campaign at each tick; who pumps it already declines.
_PUMPS = 2


def run(campaign_id: int) -> str:
    """Do what the campaign needs next; returns its status afterwards. Safe to call at any time, from anywhere.

    In one process one thread works for a campaign: a second would only wait for the same permits.
    """
    with _alone(campaign_id) as alone:
        if alone:
            _work(campaign_id)
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign_id)


def _work(campaign_id: int) -> None:
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is not None and campaign.status == Status.MATERIALISING:
        materialise(campaign_id)
        campaign.refresh_from_db()
        if campaign.status == Status.RUNNING:
            wake(campaign_id, trace_id=campaign.trace_id)  # the others can help from now on
    if campaign is not None and campaign.status == Status.RUNNING:
        _pump(campaign)
    if campaign is not None and campaign.status == Status.CANCELLED:
        _clear_up(campaign_id)


def _pump(campaign: Campaign) -> None:
    pump = Pump(campaign)
    go_on = pump.run()
    if pump.trouble:
        retried(lambda: _stop_in_trouble(campaign.pk, pump.trouble))
    elif go_on:
        wake(campaign.pk, trace_id=campaign.trace_id)
    else:
        retried(lambda: _finish(campaign.pk))


def _stop_in_trouble(campaign_id: int, error: str) -> None:
    """Pause a campaign that Telegram refuses as such: the rest would be refused as well, and fill the dead letters."""
    with transaction.atomic():
        campaign = locked(campaign_id)
        if campaign is None or campaign.status != Status.RUNNING:
            return
        before = told(campaign)
        campaign.status, campaign.trouble = Status.PAUSED, error
        campaign.save(update_fields=["status", "trouble"])
        audit.record(
            actor=SYSTEM, action="paused", entity="campaign", entity_id=campaign_id,
            before=before, after=told(campaign),
        )  # fmt: skip
        alert_admins(campaign)
    log.error("campaign_in_trouble", campaign=campaign_id, error=error)


def _finish(campaign_id: int) -> None:
    """Done is a campaign of which nothing waits and nothing is on its way, with any worker."""
    with transaction.atomic():
        campaign = locked(campaign_id)
        if campaign is None or campaign.status != Status.RUNNING:
            return
        rows = rows_of(campaign_id)
        if any(rows.filter(state=state).exists() for state in (*CLAIMABLE, DeliveryState.SENDING)):
            return
        campaign.status, campaign.finished_at = Status.DONE, clock.now()
        campaign.save(update_fields=["status", "finished_at"])


def _clear_up(campaign_id: int) -> None:
    """Mark what a cancelled campaign leaves, page by page; finished once nothing of it is in the air either."""
    rows = rows_of(campaign_id)
    for state in CLAIMABLE:
        while page := list(rows.filter(state=state).order_by("due_at", "pk").values_list("pk", flat=True)[:_PAGE]):
            left = Delivery.objects.filter(pk__in=page, state=state)
            retried(partial(left.update, state=DeliveryState.SKIPPED, settled_at=clock.now(), reason="cancelled"))
    if not rows.filter(state=DeliveryState.SENDING).exists():
        Campaign.objects.filter(pk=campaign_id, finished_at=None).update(finished_at=clock.now())


def wake_campaigns(*, expires: float) -> int:
    """Start those whose time has come and wake workers for all that are not finished; any number of beats may."""
    for campaign_id in Campaign.objects.due(clock.now()).values_list("pk", flat=True):
        _start_on_time(campaign_id)
    woken = 0
    for campaign in Campaign.objects.unfinished().order_by("pk"):
        for _pump_wanted in range(_PUMPS):
            woken += int(wake(campaign.pk, trace_id=campaign.trace_id, expires=expires))
    return woken


def _start_on_time(campaign_id: int) -> None:
    try:
        start_campaign(actor=SYSTEM, campaign_id=campaign_id)
    except WrongCampaignStatus:
        pass  # somebody was quicker
    except BookingError as refusal:
        # It waits for a person, instead of failing again at every tick.
        log.warning("campaign_not_started", campaign=campaign_id, error=str(refusal))
        _back_to_draft(campaign_id, str(refusal))


def _back_to_draft(campaign_id: int, error: str) -> None:
    """A draft without a time: the one it had is past."""
    with transaction.atomic():
        campaign = locked(campaign_id)
        if campaign is None or campaign.status != Status.SCHEDULED:
            return
        before = told(campaign)
        campaign.status, campaign.scheduled_at, campaign.trouble = Status.DRAFT, None, error
        campaign.save(update_fields=["status", "scheduled_at", "trouble"])
        audit.record(
            actor=SYSTEM, action="scheduled", entity="campaign", entity_id=campaign_id,
            before=before, after=told(campaign),
        )  # fmt: skip
        alert_admins(campaign)


def reopen(campaign_id: int) -> None:
    """A row was given back to work: a campaign that was done runs again.

    Raises:
        LookupError: it was cancelled.
    """
    if Campaign.objects.filter(pk=campaign_id, status=Status.CANCELLED).exists():
        raise LookupError("the campaign was cancelled")
    done = Campaign.objects.filter(pk=campaign_id, status=Status.DONE)
    done.update(status=Status.RUNNING, finished_at=None, running_since=clock.now())
    transaction.on_commit(lambda: wake(campaign_id))


_busy: set[int] = set()
_lock = threading.Lock()


@contextmanager
def _alone(campaign_id: int) -> Iterator[bool]:
    with _lock:
        alone = campaign_id not in _busy
        _busy.add(campaign_id)
    try:
        yield alone
    finally:
        if alone:
            with _lock:
                _busy.discard(campaign_id)
