"""Beat was away for an hour and comes back twice over: whatever has fallen due meanwhile happens once."""

import time
from collections import Counter
from datetime import datetime, timedelta

from benchmarks.deliveries import Desk, Unexplained, conditions, happened
from benchmarks.late_visits import HOUR, make_visits
from benchmarks.registry import Context, Outcome, scenario
from booking_site.lib import clock
from bookings.actor import SYSTEM
from bookings.enums import Role
from bookings.models import EndedVisit, User
from notifications.campaigns.control import schedule_campaign
from notifications.campaigns.drafts import Draft, create_campaign
from notifications.events import CampaignStatus, DeliveryState, EventState, Kind
from notifications.fan_out import fan_out
from notifications.models import Campaign, Delivery, NotificationPolicy, OutboxEvent
from telegram_ui.playground.client import PlaygroundClient

PROCESSES = ("redis", "worker_events", "worker_broadcast", "beat", "playground")
ADMINS, ENDED = 8, 4
#: Seconds for everything to arrive: reminders and ended visits are looked for once a minute, and spread over half of one.
PATIENCE = 180.0
#: Seconds after the last message in which ticks of five seconds come twice more from each beat.
WATCHED = 11.0


@scenario("beat_late_and_twice", seconds=300)
def beat_late_and_twice(context: Context, *, visits: int = 60) -> Outcome:
    """Reminders, completion cards, a scheduled campaign, retries, claims of dead workers and an event whose wake-up was
    lost, all due within the last hour; then two beats at once and the real workers.
    """
    with context.system(only=PROCESSES, scale={"beat": 2}, seed=False, env={"LOG_LEVEL": "WARNING"}) as system:
        desk = Desk(PlaygroundClient(system.playground_url))
        beats = {instance: system.kill(instance) for instance in system.pids("beat")}
        wanted = _fall_due(desk, visits)
        for instance, pid in beats.items():
            system.wait_restarted(instance, pid)
        back = time.monotonic()
        while sum(_received(desk).values()) < wanted and time.monotonic() < back + PATIENCE:
            time.sleep(0.5)
        took = time.monotonic() - back
        time.sleep(WATCHED)
        received = _received(desk)
    twice = sum(count - 1 for count in received.values())
    made = {
        "reminders": OutboxEvent.objects.filter(kind=Kind.REMINDER).count(),
        "completion cards": EndedVisit.objects.count(),
        "campaigns done": Campaign.objects.filter(status=CampaignStatus.DONE).count(),
        "events left": OutboxEvent.objects.exclude(state=EventState.PROCESSED).count(),
        "rows not sent": Delivery.objects.exclude(state=DeliveryState.SENT).count(),
    }
    heads = Counter(text.split("\n")[0][:20] for _chat, text in received)
    print(f"{len(received)} of {wanted} messages, {twice} of them came again; {made}; {dict(heads)}", flush=True)
    if twice or list(made.values()) != [visits, ENDED, 1, 0, 0]:
        raise Unexplained(f"{twice} messages came again; {made}")
    return Outcome(
        load=f"due up to an hour ago: {visits} reminders, a campaign to {visits + ENDED} people, {ENDED} completion cards, "
        f"{ADMINS // 2} retries, {ADMINS - ADMINS // 2} claims of dead workers and an event never woken, for {ADMINS} "
        f"admins; {conditions()}",
        faults=f"no beat meanwhile, then two beats at once with the real workers; all {wanted} messages {took:.0f} s "
        "after that, each once",
        lost=wanted - len(received),
        duplicated=twice,
        recovery_s=took,
    )


def _fall_due(desk: Desk, visits: int) -> int:
    """How many messages have to come of what is due now."""
    # What the clock prompts would wait for the morning where this runs at night.
    NotificationPolicy.objects.current()
    NotificationPolicy.objects.update(quiet_from=None, quiet_until=None)
    for count, ahead in ((visits, timedelta(days=1)), (ENDED, -HOUR)):
        chats = desk.staff(count)
        User.objects.filter(tg_id__in=chats).update(role=Role.CLIENT)
        make_visits(chats, ahead=ahead)
    desk.staff(ADMINS)
    ago = clock.now() - HOUR / 2
    # In this order: news that a cancellation has overtaken would not be sent.
    told = happened(Kind.BOOKING_CANCELLED)
    fan_out(told)
    rows = list(Delivery.objects.filter(event=told).order_by("pk").values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=rows[: ADMINS // 2]).update(state=DeliveryState.RETRY, attempts=1, due_at=ago)
    Delivery.objects.filter(pk__in=rows[ADMINS // 2 :]).update(
        state=DeliveryState.SENDING, claim_token="0" * 32, lease_until=ago
    )
    OutboxEvent.objects.filter(pk=happened()).update(due_at=ago)
    _scheduled(at=ago)
    return visits * 2 + ENDED + ADMINS * (2 + ENDED)


def _scheduled(*, at: datetime) -> None:
    campaign = create_campaign(actor=SYSTEM, draft=Draft(name="Autumn", text_en="Autumn is here!"))
    schedule_campaign(actor=SYSTEM, campaign_id=campaign.id, at=clock.now() + HOUR)
    Campaign.objects.filter(pk=campaign.id).update(scheduled_at=at)


def _received(desk: Desk) -> Counter[tuple[int, str]]:
    """Messages by chat and text: no two that are wanted are the same."""
    calls = desk.playground.calls("sendMessage", limit=100_000)
    return Counter((call["chat_id"], call["params"]["text"]) for call in calls if call["message_id"] is not None)
