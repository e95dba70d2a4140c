"""Composing, scheduling, starting, holding: who may, when, and what is left of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from booking_site.lib import clock
from bookings.actor import SYSTEM, Actor
from bookings.enums import Door, Role
from bookings.exceptions import IdempotencyConflict, NotAllowed, NotFound, StaleVersion
from bookings.models import AuditEntry, User
from notifications.campaigns.audience import Audience
from notifications.campaigns.control import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    start_campaign,
)
from notifications.campaigns.drafts import Draft, create_campaign, send_test, update_campaign
from notifications.campaigns.materialise import _make_page, materialise
from notifications.campaigns.queries import failures, get_campaign, list_campaigns, progress
from notifications.campaigns.running import run, wake_campaigns
from notifications.events import CampaignStatus as Status
from notifications.exceptions import InvalidCampaign, NobodyToTell, WrongCampaignStatus
from notifications.fan_out import fan_out
from notifications.models import Campaign, Delivery, OutboxEvent
from tests.factories import AdminFactory, ClientFactory
from tests.notifications.campaigns.conftest import PIXEL, actor_for, clients, draft, made, running

pytestmark = pytest.mark.django_db

SOON = timedelta(hours=1)


def status(campaign_id: int) -> str:
    return str(Campaign.objects.values_list("status", flat=True).get(pk=campaign_id))


def schedule(actor: Actor, campaign_id: int) -> None:
    schedule_campaign(actor=actor, campaign_id=campaign_id, at=clock.now() + SOON)


STEPS: dict[str, Callable[[Actor, int], Any]] = {
    "update": lambda actor, one: update_campaign(actor=actor, campaign_id=one, draft=draft()),
    "schedule": schedule,
    "start": lambda actor, one: start_campaign(actor=actor, campaign_id=one),
    "pause": lambda actor, one: pause_campaign(actor=actor, campaign_id=one),
    "resume": lambda actor, one: resume_campaign(actor=actor, campaign_id=one),
    "cancel": lambda actor, one: cancel_campaign(actor=actor, campaign_id=one),
    "test": lambda actor, one: send_test(actor=actor, campaign_id=one),
}
#: Step → from which statuses it may be taken, and where it leads.
LEADS: dict[str, dict[str, str]] = {
    "update": {"draft": "draft", "scheduled": "scheduled"},
    "schedule": {"draft": "scheduled", "scheduled": "scheduled"},
    "start": {"draft": "materialising", "scheduled": "materialising"},
    "pause": {"materialising": "paused", "running": "paused"},
    "resume": {"paused": "materialising"},
    "cancel": dict.fromkeys(("draft", "scheduled", "materialising", "running", "paused"), "cancelled"),
}


@pytest.mark.parametrize("step", LEADS)
@pytest.mark.parametrize("before", Status.values)
def test_every_step_from_every_status(actor: Actor, step: str, before: str) -> None:
    ClientFactory.create()
    one = made(actor).id
    Campaign.objects.filter(pk=one).update(status=before, scheduled_at=clock.now(), started_at=clock.now())
    expected = LEADS[step].get(before)
    if expected is None:
        with pytest.raises(WrongCampaignStatus) as refusal:
            STEPS[step](actor, one)
        assert refusal.value.details["status"] == before
    else:
        STEPS[step](actor, one)
    assert status(one) == (expected or before)


@pytest.mark.parametrize("step", STEPS)
def test_only_admins_do_anything_and_only_with_what_is_there(actor: Actor, step: str) -> None:
    one = made(actor).id
    for role in (Role.CLIENT, Role.SPECIALIST):
        with pytest.raises(NotAllowed):
            STEPS[step](Actor(role=role, door=Door.BOT, user_id=actor.user_id), one)
    with pytest.raises(NotFound):
        STEPS[step](actor, one + 1)


def test_only_admins_compose_and_look(actor: Actor) -> None:
    one, client = made(actor).id, actor_for(ClientFactory.create())
    for look in (
        lambda: create_campaign(actor=client, draft=draft()),
        lambda: get_campaign(actor=client, campaign_id=one),
        lambda: list_campaigns(actor=client),
        lambda: progress(actor=client, campaign_id=one),
        lambda: failures(actor=client, campaign_id=one),
    ):
        with pytest.raises(NotAllowed):
            look()


# Composing


def test_the_same_request_makes_one_campaign(actor: Actor) -> None:
    first = create_campaign(actor=actor, draft=draft(photo=PIXEL), idempotency_key="k")
    again = create_campaign(actor=actor, draft=draft(photo=PIXEL), idempotency_key="k")
    assert first == again
    assert Campaign.objects.count() == 1
    with pytest.raises(IdempotencyConflict):
        create_campaign(actor=actor, draft=draft(name="other"), idempotency_key="k")


@pytest.mark.parametrize("name", ["location_ids", "service_ids", "tag_ids"])
def test_an_audience_names_what_there_is_and_keeps_what_is_gone(actor: Actor, name: str) -> None:
    asked = Audience.from_json({name: [999]})
    with pytest.raises(InvalidCampaign) as refused:
        create_campaign(actor=actor, draft=Draft(name="N", text_en="Hi", audience=asked))
    assert refused.value.details["field"] == f"audience.{name}"
    card = create_campaign(actor=actor, draft=Draft(name="N", text_en="Hi"))
    Campaign.objects.filter(pk=card.id).update(audience=asked.to_json())
    other = Draft(name="Other", text_en="Hi", audience=asked)
    assert update_campaign(actor=actor, campaign_id=card.id, draft=other).audience == asked


def test_two_editors_do_not_overwrite_each_other(actor: Actor) -> None:
    card = made(actor)
    update_campaign(actor=actor, campaign_id=card.id, draft=draft(name="A"), expected_version=card.version)
    with pytest.raises(StaleVersion):
        update_campaign(actor=actor, campaign_id=card.id, draft=draft(name="B"), expected_version=card.version)
    assert get_campaign(actor=actor, campaign_id=card.id).name == "A"


def test_a_photo_stays_until_it_is_replaced_or_taken_away(
    actor: Actor, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    one = made(actor, photo=PIXEL).id
    with django_capture_on_commit_callbacks(execute=True):
        assert update_campaign(actor=actor, campaign_id=one, draft=draft(name="B")).has_photo
    (kept,) = (tmp_path / "campaigns").iterdir()
    assert kept.read_bytes() == PIXEL
    with django_capture_on_commit_callbacks(execute=True):
        assert not update_campaign(actor=actor, campaign_id=one, draft=draft(without_photo=True)).has_photo
    assert list((tmp_path / "campaigns").iterdir()) == []


def test_every_change_is_audited(actor: Actor) -> None:
    ClientFactory.create()
    one = made(actor).id
    update_campaign(actor=actor, campaign_id=one, draft=draft(name="B"))
    start_campaign(actor=actor, campaign_id=one)
    entries = AuditEntry.objects.filter(entity="campaign", entity_id=one).order_by("pk")
    assert [(entry.action, entry.actor_user_id) for entry in entries] == [
        ("created", actor.user_id), ("updated", actor.user_id), ("started", actor.user_id),
    ]  # fmt: skip
    assert entries[1].before == {"name": "Spring"}
    assert entries[2].after == {"status": "materialising"}


# Trying it


def test_a_test_goes_to_the_actor_alone_as_often_as_they_like(actor: Actor, admin: User) -> None:
    ClientFactory.create()
    one = made(actor).id
    first = send_test(actor=actor, campaign_id=one, idempotency_key="k")
    assert send_test(actor=actor, campaign_id=one, idempotency_key="k") == first
    assert send_test(actor=actor, campaign_id=one) != first
    rows = Delivery.objects.filter(campaign=one)
    assert {(row.recipient_id, row.lane) for row in rows} == {(admin.pk, "p2p")}
    assert rows[0].body is not None
    assert rows[0].body["text"] == "<b>Весна!</b> Ждём вас."
    assert progress(actor=actor, campaign_id=one).total == 0


def test_who_cannot_be_reached_cannot_try(actor: Actor) -> None:
    one = made(actor).id
    for nowhere in (SYSTEM, actor_for(AdminFactory.create(tg_id=None))):
        with pytest.raises(NobodyToTell):
            send_test(actor=nowhere, campaign_id=one)


# Starting


def test_a_campaign_to_nobody_does_not_start(actor: Actor) -> None:
    one = made(actor).id
    with pytest.raises(NobodyToTell):
        start_campaign(actor=actor, campaign_id=one)
    assert status(one) == "draft"


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_it_is_scheduled_within_the_next_year(actor: Actor, ahead: timedelta) -> None:
    one = made(actor).id
    with pytest.raises(InvalidCampaign) as refusal:
        schedule_campaign(actor=actor, campaign_id=one, at=clock.now() + ahead)
    assert refusal.value.details["field"] == "scheduled_at"


def test_a_schedule_can_be_taken_back(actor: Actor) -> None:
    one = made(actor).id
    schedule(actor, one)
    assert schedule_campaign(actor=actor, campaign_id=one, at=None).status == "draft"


def test_the_clock_starts_it_once_however_many_beats_tick(actor: Actor) -> None:
    ClientFactory.create()
    one, later = made(actor).id, made(actor).id
    schedule(actor, one)
    schedule(actor, later)
    Campaign.objects.filter(pk=one).update(
        scheduled_at=clock.now() - timedelta(hours=1)
    )  # beat was down meanwhile
    wake_campaigns(expires=5)
    wake_campaigns(expires=5)
    assert (status(one), status(later)) == ("materialising", "scheduled")
    assert AuditEntry.objects.filter(entity_id=one, entity="campaign", action="started").count() == 1


def test_one_that_cannot_start_on_time_waits_for_a_person(actor: Actor) -> None:
    one = made(actor).id
    schedule(actor, one)
    Campaign.objects.filter(pk=one).update(scheduled_at=clock.now())
    wake_campaigns(expires=5)
    card = get_campaign(actor=actor, campaign_id=one)
    assert (card.status, card.trouble, card.scheduled_at) == ("draft", "nobody fits the audience", None)


def test_admins_hear_once_of_one_that_cannot_start(actor: Actor, admin: User) -> None:
    one = made(actor).id
    for alerts in (1, 2):  # it was scheduled anew, in vain
        schedule(actor, one)
        Campaign.objects.filter(pk=one).update(scheduled_at=clock.now())
        wake_campaigns(expires=5)
        wake_campaigns(expires=5)
        assert OutboxEvent.objects.filter(kind="campaign_trouble").count() == alerts
    fan_out(OutboxEvent.objects.filter(kind="campaign_trouble").latest("pk").pk)
    row = Delivery.objects.get(event__kind="campaign_trouble")
    assert row.recipient == admin
    assert row.body is not None
    assert "📣 Spring" in row.body["text"]
    assert "Под условия никто не подходит." in row.body["text"]


# Materialising


def test_everybody_gets_one_row(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.campaigns.materialise.PAGE", 3)
    people = clients(8)
    campaign = running(actor)
    assert (campaign.status, campaign.total) == ("running", 8)
    rows = Delivery.objects.filter(campaign=campaign)
    assert sorted(rows.values_list("recipient", flat=True)) == [person.pk for person in people]
    assert set(rows.values_list("state", "lane", "channel", "role", "trace_id", "attempts")) == {
        ("pending", "campaign", "telegram", "client", "camp-trace", 0)
    }
    assert materialise(campaign.pk) == 0


def test_a_pause_stops_the_making_and_resuming_makes_the_rest(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.campaigns.materialise.PAGE", 3)
    clients(8)
    one = made(actor).id
    start_campaign(actor=actor, campaign_id=one)
    _make_page(one)
    pause_campaign(actor=actor, campaign_id=one)
    assert materialise(one) == 0
    assert resume_campaign(actor=actor, campaign_id=one).status == "materialising"
    assert materialise(one) == 5
    assert status(one) == "running"


def test_days_count_from_the_start_however_late_a_page_is_made(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ClientFactory.create()
    one = made(actor).id
    start_campaign(actor=actor, campaign_id=one)
    seen, real = [], Audience.people

    def people(audience: Audience, at: datetime) -> Any:
        seen.append(at)
        return real(audience, at)

    monkeypatch.setattr(Audience, "people", people)
    materialise(one)
    assert set(seen) == {Campaign.objects.get(pk=one).started_at}


def test_a_cancelled_campaign_marks_what_is_left(actor: Actor) -> None:
    clients(3)
    campaign = running(actor)
    sent = Delivery.objects.filter(campaign=campaign).earliest("pk")
    Delivery.objects.filter(pk=sent.pk).update(state="sent")
    cancel_campaign(actor=actor, campaign_id=campaign.pk)
    run(campaign.pk)
    assert progress(actor=actor, campaign_id=campaign.pk).by_state == {"sent": 1, "skipped": 2}
    assert Campaign.objects.get(pk=campaign.pk).finished_at is not None


# Looking


def test_progress_tells_rate_and_time_left_by_all_that_is_settled(actor: Actor) -> None:
    clients(10)
    campaign = running(actor)
    Campaign.objects.filter(pk=campaign.pk).update(running_since=clock.now() - timedelta(minutes=1))
    first = list(Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True))
    for number, state in enumerate(["sent", "sent", "skipped", "dead", "unknown"]):
        Delivery.objects.filter(pk=first[number]).update(state=state, settled_at=clock.now())
    Delivery.objects.filter(pk=first[5]).update(state="sent", settled_at=clock.now() - timedelta(seconds=11))
    told = progress(actor=actor, campaign_id=campaign.pk)
    assert (told.total, told.left, told.settled, told.rate, told.seconds_left) == (10, 4, 6, 0.5, 8)


def test_the_rate_leaves_out_the_time_in_which_the_campaign_was_held(actor: Actor) -> None:
    clients(50)
    campaign = running(actor)
    rows = list(Delivery.objects.filter(campaign=campaign).values_list("pk", flat=True))
    with time_machine.travel(clock.now() + SOON, tick=False) as time:
        Delivery.objects.filter(pk__in=rows[:20]).update(state="sent", settled_at=clock.now())
        pause_campaign(actor=actor, campaign_id=campaign.pk)
        held = progress(actor=actor, campaign_id=campaign.pk)
        time.shift(3)
        resume_campaign(actor=actor, campaign_id=campaign.pk)
        time.shift(2)
        Delivery.objects.filter(pk__in=rows[20:30]).update(state="sent", settled_at=clock.now())
        again = progress(actor=actor, campaign_id=campaign.pk)
    assert (held.rate, held.seconds_left) == (0, None), "nothing moves"
    assert (again.rate, again.seconds_left) == (5, 4)


def test_failures_are_told_one_by_one(actor: Actor) -> None:
    clients(3, first_name="Ann")
    campaign = running(actor)
    ids = list(Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True))
    Delivery.objects.filter(pk=ids[0]).update(state="skipped", reason="blocked")
    Delivery.objects.filter(pk=ids[1]).update(state="dead", reason="failed", error="502")
    told = list(failures(actor=actor, campaign_id=campaign.pk))
    assert [row[3:] for row in told] == [
        ("telegram", "skipped", "blocked", ""),
        ("telegram", "dead", "failed", "502"),
    ]
