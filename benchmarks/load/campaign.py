"""A campaign to a made-up audience, and how the Bot API saw it."""

import time
from collections.abc import Sequence

from bookings.actor import SYSTEM
from bookings.enums import Language, Role
from bookings.models import User
from notifications.campaigns.audience import Audience
from notifications.campaigns.control import start_campaign
from notifications.campaigns.drafts import Draft, create_campaign
from notifications.models import Campaign
from telegram_ui.playground.client import PlaygroundClient

#: Telegram ids of the audience begin here: far from those of the demo business.
FIRST_ID = 8_000_000_000
_TEXT = "<b>Autumn is here!</b>\nTwenty per cent off every haircut until the end of the month. We are looking forward to you."


def make_audience(count: int, playground: PlaygroundClient | None = None) -> None:
    """So many clients, who have all started the bot. The clients who were there before are made something else."""
    User.objects.filter(role=Role.CLIENT).update(role=Role.SPECIALIST)
    User.objects.bulk_create(
        (
            User(tg_id=FIRST_ID + number, username=f"reader{number}", first_name="Reader", language=Language.EN)
            for number in range(count)
        ),
        batch_size=2000,
    )
    if playground is not None:
        playground.request("POST", "/users", {"id": FIRST_ID, "first_name": "Reader", "count": count})


def start(*, paid: bool = False) -> int:
    """Start a campaign to all clients; returns its id."""
    draft = Draft(name="Autumn", text_en=_TEXT, audience=Audience(), is_paid=paid)
    campaign = create_campaign(actor=SYSTEM, draft=draft)
    start_campaign(actor=SYSTEM, campaign_id=campaign.id)
    return campaign.id


def status(campaign_id: int) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign_id)


def wait_status(campaign_id: int, *wanted: str, seconds: float) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while (now := status(campaign_id)) not in wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the campaign is {now} after {seconds:g} s")
        time.sleep(0.1)


def accepted(playground: PlaygroundClient) -> int:
    """Messages the Bot API took so far."""
    return int(playground.stats()["calls"].get("sendMessage", {}).get("200", 0))


def throttled(playground: PlaygroundClient) -> int:
    """Calls it answered with 429."""
    return int(playground.stats()["calls"].get("sendMessage", {}).get("429", 0))


def peak(playground: PlaygroundClient) -> int:
    """The most messages it took within any second."""
    return int(playground.stats()["peak_messages_per_second"])


def percentile(sorted_values: Sequence[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]
