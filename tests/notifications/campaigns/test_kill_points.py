"""A worker is killed at every point of a campaign: nobody is skipped, and a message comes twice only if it was on its way."""

import signal

import pytest

from benchmarks.nursery import Nursery
from booking_site.lib.redis_client import client as redis_client
from bookings.actor import Actor
from notifications import processing
from notifications.campaigns.control import start_campaign
from notifications.campaigns.running import run
from notifications.models import Campaign, Delivery
from tests.notifications.campaigns.conftest import clients, made, running
from tests.notifications.conftest import Telegram
from tests.notifications.test_kill_points import an_hour_later

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 8
RUN = "notifications.campaigns.running.run"
#: Point → (what the worker was about to do or had just done, which). In the order in which a worker passes them.
MAKING = {
    "nothing made": ("notifications.campaigns.materialise._make_page", "before"),
    "rows written, not committed": ("notifications.campaigns.materialise._insert", "after"),
    "first page made": ("notifications.campaigns.materialise._make_page", "after"),
    "all made": ("notifications.campaigns.running._pump", "before"),
}
SENDING = {
    "claimed, not committed": ("notifications.models.delivery.DeliveryQuerySet.update", "after"),
    "claimed": ("notifications.campaigns.flight.Flight.launch", "before"),
    "asking for a permit": ("booking_site.lib.outbound_limiter.OutboundLimiter.permit", "before"),
    "permitted": ("notifications.transports.telegram.TelegramTransport.send", "before"),
    "accepted, the answer unread": ("notifications.transports.telegram.TelegramTransport.send", "after"),
    "answered": ("notifications.campaigns.pump.record", "before"),
    "recorded, not committed": ("notifications.delivery.settle_sent", "after"),
    "recorded": ("notifications.delivery._after_commit", "before"),
    "all sent": ("notifications.campaigns.running._finish", "before"),
}
#: Here the Bot API may have messages that the database does not know to be sent, of this row or of its neighbours.
ON_THE_WAY = {"accepted, the answer unread", "answered", "recorded, not committed", "recorded"}


@pytest.fixture(autouse=True)
def clean_limits(valkey: str) -> None:
    for key in redis_client().scan_iter("rl:out:*"):
        redis_client().delete(key)


def others_go_on(campaign: int) -> None:
    """What beat makes the surviving workers do, once the claims of the dead one have ended."""
    an_hour_later()
    processing.wake_due(expires=5)
    while run(campaign) in ("materialising", "running"):
        an_hour_later()


@pytest.mark.parametrize("point", MAKING)
def test_killed_while_rows_are_made(point: str, telegram: Telegram, nursery: Nursery, actor: Actor) -> None:
    people = clients(PEOPLE)
    telegram.knows(*people)
    campaign = made(actor).id
    start_campaign(actor=actor, campaign_id=campaign)
    assert nursery.run(RUN, campaign, dies=MAKING[point]) == [-signal.SIGKILL]
    others_go_on(campaign)
    assert sorted(Delivery.objects.values_list("recipient", flat=True)) == [person.pk for person in people]
    assert Campaign.objects.get().total == PEOPLE
    assert {len(telegram.texts(person)) for person in people} == {1}


@pytest.mark.parametrize("point", SENDING)
def test_killed_while_it_is_sent(point: str, telegram: Telegram, nursery: Nursery, actor: Actor) -> None:
    people = clients(PEOPLE)
    telegram.knows(*people)
    campaign = running(actor)
    assert nursery.run(RUN, campaign.pk, dies=SENDING[point]) == [-signal.SIGKILL]
    in_flight = Delivery.objects.filter(state="sending").count()
    others_go_on(campaign.pk)

    received = [len(telegram.texts(person)) for person in people]
    twice = sum(count - 1 for count in received)
    print(f"killed when {point}: lost 0, twice {twice} of {in_flight} in flight")  # noqa: T201
    assert min(received) >= 1
    assert twice <= (in_flight if point in ON_THE_WAY else 0)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert Campaign.objects.get().status == "done"


def test_killed_with_the_refusals_just_recorded_everybody_who_blocked_the_bot_is_marked(
    telegram: Telegram, nursery: Nursery, actor: Actor
) -> None:
    people = clients(PEOPLE)
    telegram.knows(*people)
    for person in people:
        telegram.client.block(person.tg_id or 0)
    campaign = running(actor)
    nursery.run(RUN, campaign.pk, dies=SENDING["recorded"])
    settled = Delivery.objects.filter(state="skipped")
    assert settled.exists()
    assert not settled.filter(recipient__bot_blocked=False).exists()


def test_workers_that_pump_one_campaign_send_each_once(telegram: Telegram, nursery: Nursery, actor: Actor) -> None:
    people = clients(30)
    telegram.knows(*people)
    campaign = made(actor).id
    start_campaign(actor=actor, campaign_id=campaign)
    assert nursery.run(RUN, campaign, workers=3) == [0, 0, 0]
    others_go_on(campaign)
    assert {len(telegram.texts(person)) for person in people} == {1}
    assert Campaign.objects.get().total == 30
