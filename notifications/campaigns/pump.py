"""Sending a running campaign: a second's worth of rows at a time, as fast as the limiter lets campaigns go.

Any number of workers pump one campaign; each claims rows of its own. What a worker holds is never more than a second's
worth at the campaign's rate, so that a pause is felt at once and a killed worker leaves little in the air.
"""

import math
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from redis import RedisError

from booking_site.lib import background_loop
from booking_site.lib.shutdown import stopping
from bookings.services.attempts import retried
from notifications.campaigns.content import body_of
from notifications.campaigns.flight import Flight, Passenger
from notifications.campaigns.queries import rows_of
from notifications.claims import READER, claim, give_back
from notifications.delivery import parcel_of, record
from notifications.events import CampaignStatus, DeliveryState, Lane
from notifications.models import Campaign, Delivery
from notifications.next_state import MEND_PAUSE
from notifications.outcomes import Misconfigured, NotYet, Outcome, Refused, Sent, Throttled, Unwanted
from notifications.permits import limiter_of, rate_of
from notifications.transports import Parcel, transport_of

log = structlog.get_logger(__name__)

#: Seconds between two looks at the campaign and two writings down of outcomes.
ROUND = 0.25
#: Seconds one task pumps at most before it lets others have its thread.
SHIFT = 20.0
#: Seconds until beat wakes whoever went home. A pause that lasts longer is not waited for.
BEAT = 5.0
#: Seconds the calls that are out get to come in when the end has been asked for; a call takes 15 at the very longest,
#: a stopping process has five.
_LAST_CALL = 3.0
#: Messages refused as such, with none accepted at all or one after the other in one language, after which the campaign
#: itself is taken to be at fault: each language has a text of its own.
_HOPELESS = 3


class Pump:
    """One shift of one worker. ``sent`` and ``refused`` count what came of it; ``trouble`` is why it cannot go on."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.flight = Flight()
        self.sent = self.tried = self.refused = 0
        #: Language → messages in it that were refused since the last that was accepted.
        self._in_a_row: Counter[str] = Counter()
        self.trouble = ""
        #: Monotonic instant before which nothing is claimed.
        self.held_until = 0.0
        self._block = max(1, math.ceil(rate_of(paid=campaign.is_paid)))
        self._bodies: dict[str, dict[str, Any]] = {}

    def run(self) -> bool:
        """Send until the campaign stops, nothing is left to claim, or the shift is over; whether to go on at once."""
        end = time.monotonic() + SHIFT
        try:
            while self._may_go_on() and time.monotonic() < end:
                claimed = self._fill_up()
                held = self.held_until - time.monotonic()
                if not self.flight.aboard and (held > BEAT or (held <= 0 and not claimed)):
                    return False
                self._round()
            return time.monotonic() >= end and self.held_until <= end
        finally:
            self._bring_home()
            log.info("campaign_pumped", campaign=self.campaign.pk, sent=self.sent, tried=self.tried)

    def _may_go_on(self) -> bool:
        return not stopping() and not self.trouble and is_running(self.campaign.pk)

    def _fill_up(self) -> int:
        """Claim what makes a second's worth with the rows that are out, once a quarter of them are in.

        Later would be too late: it takes up to ROUND to notice, and the database its time to answer.
        """
        room = self._block - self.flight.aboard
        if room * 4 < self._block or time.monotonic() < self.held_until or self._everybody_waits():
            return 0
        rows = rows_of(self.campaign.pk)
        claimed: list[Delivery] = []
        # One state at a time: only then does the index give the rows in their order.
        for state in (DeliveryState.RETRY, DeliveryState.PENDING):
            if len(claimed) < room:
                part, limit = rows.filter(state=state), room - len(claimed)
                claimed += retried(partial(claim, part, limit=limit, related=READER))
        self._launch(claimed)
        return len(claimed)

    def _everybody_waits(self) -> bool:
        """Whether a pause is in force, or nobody knows."""
        try:
            pause = background_loop.submit(_pause(paid=self.campaign.is_paid)).result(timeout=2)
        except (RedisError, OSError, TimeoutError):
            pause = 1.0
        if pause:
            self.held_until = time.monotonic() + pause
        return pause > 0

    def _launch(self, claimed: Sequence[Delivery]) -> None:
        ready: list[Passenger] = []
        settled: list[tuple[Delivery, Outcome]] = []
        for row in claimed:
            row.campaign, transport = self.campaign, transport_of(row.channel)
            row.body = self._body(row)
            parcel = parcel_of(row) if transport is not None else Unwanted("no_transport")
            if isinstance(parcel, Parcel) and transport is not None:
                ready.append(Passenger(row, parcel, transport))
            elif not isinstance(parcel, Parcel):
                settled.append((row, parcel))
        self.flight.launch(ready)
        if settled:
            retried(lambda: record(settled))

    def _body(self, row: Delivery) -> dict[str, Any]:
        """The same object for all who read the same."""
        language = _language_of(row)
        if language not in self._bodies:
            self._bodies[language] = body_of(self.campaign, language)
        return self._bodies[language]

    def _round(self) -> None:
        """Write down what comes in within one ROUND."""
        landed = self.flight.collect(ROUND)
        if not self.flight.aboard and not landed:
            # Everybody is held back, for BEAT at the most. Coming back by another message would cost the thread no less
            # and the campaign more: the broker knows no time, and a worker that keeps a message until it is due may die.
            time.sleep(ROUND)
        # A permit that never came is no try: the row goes back as it was, however long everybody has to wait.
        tried = [
            (row, outcome) for row, outcome in landed if outcome is not None and not isinstance(outcome, NotYet)
        ]
        back = [row for row, outcome in landed if outcome is None or isinstance(outcome, NotYet)]
        if tried:
            retried(lambda: record(tried))
        if back:
            retried(lambda: give_back(back))
        self._learn([(row, outcome) for row, outcome in landed if outcome is not None])

    def _learn(self, landed: Sequence[tuple[Delivery, Outcome]]) -> None:
        self.tried += len(landed)
        for row, outcome in landed:
            match outcome:
                case Sent():
                    self.sent += 1
                    self._in_a_row[_language_of(row)] = 0
                case Refused(error):
                    self.refused += 1
                    self._in_a_row[_language_of(row)] += 1
                    alone = self.refused >= _HOPELESS and not self.sent
                    if alone or self._in_a_row[_language_of(row)] >= _HOPELESS:
                        self.trouble = error
                case Throttled(seconds) | NotYet(seconds):
                    self._hold(seconds)
                case Misconfigured():
                    self._hold(MEND_PAUSE.total_seconds())
                case _:
                    pass

    def _hold(self, seconds: float) -> None:
        """Claim nothing for so long, and give back what waits: others need not find it claimed."""
        self.held_until = max(self.held_until, time.monotonic() + seconds)
        self.flight.recall()

    def _bring_home(self) -> None:
        self.flight.recall()
        end = time.monotonic() + (_LAST_CALL if stopping() else SHIFT)
        while self.flight.aboard and time.monotonic() < end:
            self._round()


def _language_of(row: Delivery) -> str:
    return row.recipient.language if row.recipient is not None else ""


async def _pause(*, paid: bool) -> float:
    return await limiter_of(Lane.CAMPAIGN, paid=paid).paused_for()


def is_running(campaign_id: int) -> bool:
    return Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.RUNNING).exists()
