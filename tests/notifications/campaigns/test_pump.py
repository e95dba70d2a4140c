"""A running campaign, sent to a Bot API that behaves, or does not."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from booking_site.lib import clock
from booking_site.lib.redis_client import client as redis_client
from bookings.actor import Actor
from bookings.models import User
from notifications import dead_letters, processing
from notifications.campaigns.content import Button
from notifications.campaigns.control import cancel_campaign, pause_campaign, resume_campaign
from notifications.campaigns.drafts import send_test
from notifications.campaigns.queries import progress, rows_of
from notifications.campaigns.running import run
from notifications.claims import READER, claim
from notifications.delivery import deliver, parcel_of
from notifications.models import Campaign, DeadLetter, Delivery, NotificationPreferences, OutboxEvent
from notifications.shutdown import close_connections
from tests.notifications.campaigns.conftest import PIXEL, book, clients, link, made, running
from tests.notifications.conftest import Telegram

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quickly(settings: Settings, valkey: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A rate at which a test is over soon; nothing of the limiter's is left from one test to the next."""
    settings.NOTIFICATION_RATE_PER_SECOND = 300
    monkeypatch.setattr("notifications.campaigns.pump.ROUND", 0.05)
    forget_limits()
    yield
    forget_limits()


def forget_limits() -> None:
    for key in redis_client().scan_iter("rl:out:*"):
        redis_client().delete(key)


def states(campaign: Campaign) -> Counter[str]:
    return Counter(Delivery.objects.filter(campaign=campaign).values_list("state", flat=True))


def due_now() -> None:
    Delivery.objects.update(due_at=clock.now())


def in_the_background(campaign: Campaign) -> threading.Thread:
    def work() -> None:
        try:
            run(campaign.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_everybody_gets_it_once_in_their_language(telegram: Telegram, actor: Actor) -> None:
    people = clients(10, language="ru") + clients(10, language="en")
    telegram.knows(*people)
    campaign = running(actor)
    assert run(campaign.pk) == "done"
    assert {tuple(telegram.texts(person)) for person in people[:10]} == {("Весна! Ждём вас.",)}
    assert {tuple(telegram.texts(person)) for person in people[10:]} == {("Spring! Come.",)}
    rows = Delivery.objects.filter(campaign=campaign)
    assert {row.chat_id for row in rows} == {person.tg_id for person in people}
    assert all(row.state == "sent" and row.message_id and row.sent_at for row in rows)
    assert Campaign.objects.get(pk=campaign.pk).finished_at is not None


def test_a_photo_is_uploaded_once_and_buttons_lead_on(telegram: Telegram, actor: Actor) -> None:
    people = clients(5, language="en")
    telegram.knows(*people)
    campaign = running(actor, photo=PIXEL, buttons=[link(), book()])
    assert run(campaign.pk) == "done"
    (message,) = telegram.client.chat(people[4].tg_id or 0)["messages"]
    (look,), (to_book,) = message["inline_keyboard"]
    assert (look["text"], look["url"]) == ("Look", "https://example.com/sale")
    assert to_book["url"].startswith("https://t.me/")
    assert to_book["url"].endswith("?start=book")
    calls = telegram.client.calls("sendPhoto")
    assert len(calls) == 5
    assert sum(str(call["params"]["photo"]).startswith("attach://") for call in calls) == 1


@pytest.mark.parametrize("buttons", [[], [book()]], ids=["by itself", "while the bot's name is asked for"])
def test_who_waited_for_a_photo_to_be_uploaded_is_sent_no_faster_than_others(
    buttons: list[Button], telegram: Telegram, actor: Actor, settings: Settings
) -> None:
    settings.NOTIFICATION_RATE_PER_SECOND = 60
    close_connections()  # nothing is known of the bot or of files
    telegram.knows(*clients(30))
    telegram.client.set_faults(latency_ms=300)
    assert run(running(actor, photo=PIXEL, buttons=buttons).pk) == "done"
    assert len(telegram.client.calls("sendPhoto")) == 30
    uploaded, *others = [call["at"] for call in telegram.client.calls("sendPhoto")]
    assert min(others) - uploaded >= 0.25, "they waited for it"
    assert max(others) - min(others) >= 28 / 60 * 0.8, "they would have come at once"


def test_the_bots_name_is_asked_for_once_before_anybody_has_a_permit(
    telegram: Telegram, actor: Actor, settings: Settings
) -> None:
    settings.NOTIFICATION_RATE_PER_SECOND = 60
    close_connections()
    telegram.knows(*clients(30))
    telegram.client.set_faults(latency_ms=300)
    assert run(running(actor, buttons=[book()]).pk) == "done"
    (asked,) = telegram.client.calls("getMe")
    sent = [call["at"] for call in telegram.client.calls("sendMessage")]
    assert min(sent) - asked["at"] >= 0.25
    assert max(sent) - min(sent) >= 28 / 60 * 0.8, "those who waited for it would have come at once"


def test_a_name_that_cannot_be_learnt_leaves_nobody_in_doubt(telegram: Telegram, actor: Actor) -> None:
    close_connections()
    telegram.knows(*clients(5))
    telegram.fault("lose_answer", methods=["getMe"], times=1)
    campaign = running(actor, buttons=[book()])
    assert run(campaign.pk) == "running"
    assert (states(campaign), telegram.tries()) == ({"retry": 5}, 0)
    due_now()
    assert run(campaign.pk) == "done"
    assert states(campaign) == {"sent": 5}


def test_a_paid_campaign_says_so_and_has_a_rate_of_its_own(
    telegram: Telegram, actor: Actor, settings: Settings
) -> None:
    settings.NOTIFICATION_RATE_PER_SECOND = 1
    people = clients(30)
    telegram.knows(*people)
    began = time.monotonic()
    assert run(running(actor, is_paid=True).pk) == "done"
    assert time.monotonic() - began < 10
    assert {call["params"]["allow_paid_broadcast"] for call in telegram.client.calls("sendMessage")} == {True}


def test_a_test_message_arrives_before_anything_was_started(telegram: Telegram, actor: Actor, admin: User) -> None:
    telegram.knows(admin)
    row = send_test(actor=actor, campaign_id=made(actor).id)
    assert deliver(Delivery.objects.filter(pk=row)) == 1
    assert telegram.texts(admin) == ["Весна! Ждём вас."]


def test_a_test_message_that_telegram_cannot_read_says_so_and_not_something_else(
    telegram: Telegram, actor: Actor, admin: User
) -> None:
    telegram.knows(admin)
    row = Delivery.objects.get(pk=send_test(actor=actor, campaign_id=made(actor).id))
    row.body = {**(row.body or {}), "text": "<b>never closed"}
    row.save()
    assert deliver(Delivery.objects.filter(pk=row.pk)) == 1
    row.refresh_from_db()
    assert (row.state, telegram.texts(admin)) == ("dead", [])


# Holding


def test_a_pause_is_felt_within_two_seconds_and_resuming_sends_exactly_the_rest(
    telegram: Telegram, actor: Actor, settings: Settings
) -> None:
    settings.NOTIFICATION_RATE_PER_SECOND = 60
    people = clients(90)
    telegram.knows(*people)
    campaign = running(actor)
    worker = in_the_background(campaign)
    telegram.client.wait_calls(10, "sendMessage")
    pause_campaign(actor=actor, campaign_id=campaign.pk)
    worker.join(2)
    assert not worker.is_alive()
    held = telegram.sent()
    assert 10 <= held < 90
    assert states(campaign) == {"sent": held, "pending": 90 - held}  # nothing stays claimed
    assert not Delivery.objects.exclude(attempts=0).exists()

    resume_campaign(actor=actor, campaign_id=campaign.pk)
    assert run(campaign.pk) == "done"
    assert {len(telegram.texts(person)) for person in people} == {1}


def test_what_was_cancelled_is_never_sent(telegram: Telegram, actor: Actor) -> None:
    telegram.knows(*clients(5))
    campaign = running(actor)
    cancel_campaign(actor=actor, campaign_id=campaign.pk)
    assert run(campaign.pk) == "cancelled"
    assert (telegram.tries(), states(campaign)) == (0, {"skipped": 5})


# What goes wrong


def test_who_blocked_the_bot_is_marked_and_never_tried_again(telegram: Telegram, actor: Actor) -> None:
    people = clients(40)
    telegram.knows(*people)
    for person in people[::4]:
        telegram.client.block(person.tg_id or 0)
    first = running(actor)
    assert run(first.pk) == "done"
    assert states(first) == {"sent": 30, "skipped": 10}
    assert telegram.tries() == 40
    assert User.objects.filter(bot_blocked=True).count() == 10

    second = running(actor, name="Summer")
    assert run(second.pk) == "done"
    assert (second.total, telegram.tries()) == (30, 70)


def test_who_blocks_the_bot_after_their_row_was_made_is_not_tried(telegram: Telegram, actor: Actor) -> None:
    telegram.knows(*clients(3))
    campaign = running(actor)
    User.objects.filter(role="client").update(bot_blocked=True)
    assert run(campaign.pk) == "done"
    assert (telegram.tries(), states(campaign)) == (0, {"skipped": 3})


def test_who_declines_or_leaves_after_their_row_was_made_is_not_tried(telegram: Telegram, actor: Actor) -> None:
    declines, leaves, *others = clients(12)
    telegram.knows(declines, leaves, *others)
    campaign = running(actor)
    NotificationPreferences.objects.create(user=declines, invitations=False)
    User.objects.filter(pk=leaves.pk).update(is_active=False)
    run(campaign.pk)
    reasons = dict(Delivery.objects.filter(state="skipped").values_list("recipient", "reason"))
    assert reasons == {declines.pk: "declined", leaves.pk: "inactive"}
    assert telegram.sent() == 10


def test_wishes_are_read_with_the_rows(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    clients(5)
    campaign = running(actor)
    rows = claim(rows_of(campaign.pk), limit=5, related=READER)
    with django_assert_num_queries(0):
        for row in rows:
            row.campaign, row.body = campaign, {"text": "Spring", "rows": []}
            parcel_of(row)


def test_a_throttle_stops_everybody_and_costs_nobody_an_attempt(telegram: Telegram, actor: Actor) -> None:
    people = clients(30)
    telegram.knows(*people)
    telegram.fault("throttle", methods=["sendMessage"], retry_after=1, every=10, times=2)
    campaign = running(actor)
    while run(campaign.pk) == "running":
        due_now()
    assert states(campaign) == {"sent": 30}
    assert not Delivery.objects.exclude(attempts=0).exists()
    assert {len(telegram.texts(person)) for person in people} == {1}
    throttled = [call["at"] for call in telegram.client.calls("sendMessage") if call["status"] == 429]
    for at in throttled:
        began = [call["at"] for call in telegram.client.calls("sendMessage") if at + 0.2 < call["at"] < at + 0.9]
        assert began == [], "somebody sent while everybody had to wait"


def test_a_long_throttle_keeps_no_worker(telegram: Telegram, actor: Actor) -> None:
    telegram.knows(*clients(5))
    telegram.fault("throttle", methods=["sendMessage"], retry_after=30, times=1)
    campaign = running(actor)
    began = time.monotonic()
    assert run(campaign.pk) == "running"
    assert run(campaign.pk) == "running", "woken again, it finds the pause in force"
    assert time.monotonic() - began < 3
    assert states(campaign).keys() <= {"sent", "pending", "retry"}
    assert not Delivery.objects.exclude(attempts=0).exists()


def test_who_waits_for_a_photo_that_was_throttled_does_not_send_it_in_the_pause(
    telegram: Telegram, actor: Actor
) -> None:
    telegram.knows(*clients(10))
    throttle = {"kind": "throttle", "methods": ["sendPhoto"], "retry_after": 1, "times": 1}
    telegram.client.set_faults(latency_ms=100, rules=[throttle])  # all have their permits before it is answered
    campaign = running(actor, photo=PIXEL)
    while run(campaign.pk) == "running":
        due_now()
    first, *others = telegram.client.calls("sendPhoto")
    assert (first["status"], {call["status"] for call in others}) == (429, {200})
    assert min(call["at"] for call in others) - first["at"] > 1
    assert (states(campaign), Delivery.objects.exclude(attempts=0).count()) == ({"sent": 10}, 0)


def test_an_answer_that_got_lost_is_parked_and_counted(telegram: Telegram, actor: Actor) -> None:
    people = clients(20)
    telegram.knows(*people)
    telegram.fault("lose_answer", methods=["sendMessage"], every=5)
    campaign = running(actor)
    assert run(campaign.pk) == "done"
    assert progress(actor=actor, campaign_id=campaign.pk).by_state == {"sent": 16, "unknown": 4}
    assert telegram.tries() == 20
    assert {len(telegram.texts(person)) for person in people} == {1}


def test_a_passing_failure_is_tried_again_and_a_lasting_one_buried(telegram: Telegram, actor: Actor) -> None:
    people = clients(5)
    telegram.knows(*people)
    lasting = people[0].tg_id
    telegram.client.set_faults(
        rules=[
            {"kind": "server_error", "chat_ids": [lasting]},
            {"kind": "server_error", "chat_ids": [people[1].tg_id], "times": 2},
        ]
    )
    campaign = running(actor)
    while run(campaign.pk) == "running":
        due_now()
    assert states(campaign) == {"sent": 4, "dead": 1}
    dead = Delivery.objects.get(state="dead")
    assert dead.attempts == 3
    processing.bury(dead.pk)
    letter = DeadLetter.objects.get()
    assert letter.payload["recipient"] == people[0].pk

    telegram.heal()
    dead_letters.requeue(actor=actor, letter_id=letter.pk)
    assert Campaign.objects.get(pk=campaign.pk).status == "running"
    assert run(campaign.pk) == "done"
    assert states(campaign) == {"sent": 5}


def test_a_message_that_telegram_refuses_stops_the_campaign_and_not_everybody_else(
    telegram: Telegram, actor: Actor
) -> None:
    telegram.knows(*clients(40))
    campaign = running(actor, photo=PIXEL)
    # The file was spoilt after it was looked at.
    Campaign.objects.filter(pk=campaign.pk).update(photo_file_id="nonsense")
    assert run(campaign.pk) == "paused"
    told = progress(actor=actor, campaign_id=campaign.pk)
    assert "file" in told.trouble
    assert told.by_state["dead"] + told.by_state.get("pending", 0) == 40
    alert = OutboxEvent.objects.get(kind="campaign_trouble")
    assert (alert.payload["campaign"], alert.payload["trouble"]) == ("Spring", told.trouble)


def test_a_text_that_telegram_refuses_in_one_language_stops_the_campaign_for_the_other_as_well(
    telegram: Telegram, actor: Actor, settings: Settings
) -> None:
    settings.NOTIFICATION_RATE_PER_SECOND = 60
    # More than a worker holds at a time: of what it has not claimed nothing can go out.
    telegram.knows(*clients(10, language="ru"), *clients(70, language="en"))
    campaign = running(actor)
    Delivery.objects.filter(recipient__language="ru").update(due_at=clock.now() - timedelta(hours=1))
    # The text got spoilt after it was looked at.
    Campaign.objects.filter(pk=campaign.pk).update(text_en="<!-- x -->Spring!")
    assert run(campaign.pk) == "paused"
    assert "can't parse entities" in progress(actor=actor, campaign_id=campaign.pk).trouble
    rows = Delivery.objects.filter(campaign=campaign)
    russian = Counter(rows.filter(recipient__language="ru").values_list("state", flat=True))
    english = Counter(rows.filter(recipient__language="en").values_list("state", flat=True))
    # A Russian one may have been behind the first English ones in the queue for permits: it waits with the rest.
    assert russian.keys() <= {"sent", "pending"}
    assert russian["sent"] > 0
    assert english.keys() == {"dead", "pending"}
    assert english["dead"] >= 3
    assert telegram.sent() == russian["sent"], "nothing left after the campaign had stopped"
    assert telegram.tries() == russian["sent"] + english["dead"]


def test_without_redis_nothing_is_sent_and_nothing_lost(
    telegram: Telegram, actor: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.campaigns.pump.SHIFT", 0.5)
    telegram.knows(*clients(5))
    campaign = running(actor)
    url = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert run(campaign.pk) == "running"
    assert (telegram.tries(), states(campaign)) == (0, {"pending": 5})
    settings.REDIS_URL = url
    monkeypatch.setattr("notifications.campaigns.pump.SHIFT", 20.0)
    assert run(campaign.pk) == "done"


def test_a_claim_of_a_worker_that_died_is_taken_again(telegram: Telegram, actor: Actor) -> None:
    telegram.knows(*clients(2))
    campaign = running(actor)
    Delivery.objects.update(state="sending", claim_token="gone", lease_until=clock.now() - timedelta(seconds=1))
    assert run(campaign.pk) == "running"
    processing.wake_due(expires=5)
    due_now()
    assert run(campaign.pk) == "done"
    assert set(Delivery.objects.values_list("state", "crashes")) == {("sent", 1)}
