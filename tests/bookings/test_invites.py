"""Links into the team: made by admins, used by one person, once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from bookings.actor import SYSTEM, Actor
from bookings.enums import Door, InviteReason, InviteState, Role
from bookings.exceptions import Banned, IdempotencyConflict, InvalidValue, InviteRefused, NotAllowed, NotFound
from bookings.models import AuditEntry, InviteToken, Specialist, User
from bookings.queries.invites import get_invite, open_invites, vacancies
from bookings.services.invites import LIFETIME, invite_member, revoke_invite
from bookings.services.joining import accept_invite
from bookings.signals import user_changed
from tests.bookings.conftest import NOW, Salon, actor_of
from tests.factories import AdminFactory, SpecialistFactory


def invite(salon: Salon, **changes: Any) -> str:
    """A token for Boris, whose calendar has nobody yet."""
    wanted: dict[str, Any] = {"actor": salon.as_admin, "role": Role.SPECIALIST, "specialist_id": salon.boris.pk}
    return invite_member(**{**wanted, **changes}).token


def invite_admin(salon: Salon, **changes: Any) -> str:
    return invite(salon, role=Role.ADMIN, specialist_id=None, **changes)


def reason_of(actor: Actor, token: str) -> str:
    with pytest.raises(InviteRefused) as refused:
        accept_invite(actor=actor, token=token)
    return str(refused.value.details["reason"])


def test_whoever_opens_the_link_becomes_the_specialist(salon: Salon) -> None:
    token = invite(salon)
    joined = accept_invite(actor=salon.as_client, token=token)
    assert (joined.role, joined.specialist_id, joined.already) == (Role.SPECIALIST, salon.boris.pk, False)
    salon.client.refresh_from_db()
    assert salon.client.role == Role.SPECIALIST
    assert Specialist.objects.get(pk=salon.boris.pk).user_id == salon.client.pk
    card = get_invite(actor=salon.as_admin, invite_id=InviteToken.objects.get().pk)
    assert (card.state, card.used_by_name) == (InviteState.USED, salon.client.display_name)


@pytest.mark.django_db(transaction=True)
def test_whoever_remembers_the_person_is_told(salon: Salon) -> None:
    heard: list[int] = []

    def listen(tg_id: int, **_more: Any) -> None:
        heard.append(tg_id)

    user_changed.connect(listen)
    try:
        accept_invite(actor=salon.as_client, token=invite_admin(salon))
    finally:
        user_changed.disconnect(listen)
    assert heard == [salon.client.tg_id]


def test_an_admin_joins_without_a_calendar(salon: Salon) -> None:
    joined = accept_invite(actor=salon.as_client, token=invite_admin(salon))
    assert (joined.role, joined.specialist_id) == (Role.ADMIN, None)
    assert User.objects.get(pk=salon.client.pk).role == Role.ADMIN


def test_a_specialist_who_becomes_an_admin_keeps_the_calendar(salon: Salon) -> None:
    accept_invite(actor=salon.as_anna, token=invite_admin(salon))
    anna = User.objects.get(pk=salon.anna_user.pk)
    assert (anna.role, anna.specialist) == (Role.ADMIN, salon.anna)


def test_an_admin_who_gets_a_calendar_stays_an_admin(salon: Salon) -> None:
    other = AdminFactory.create()
    joined = accept_invite(actor=actor_of(other), token=invite(salon))
    assert joined.specialist_id == salon.boris.pk
    assert User.objects.get(pk=other.pk).role == Role.ADMIN


def test_the_same_person_again_is_in_already(salon: Salon) -> None:
    token = invite(salon)
    accept_invite(actor=salon.as_client, token=token)
    assert accept_invite(actor=salon.as_client, token=token).already


def test_who_is_in_already_uses_nothing_up(salon: Salon) -> None:
    token = invite_admin(salon)
    assert accept_invite(actor=salon.as_admin, token=token).already
    assert not accept_invite(actor=salon.as_client, token=token).already


def test_the_second_person_is_refused(salon: Salon) -> None:
    token = invite_admin(salon)
    accept_invite(actor=salon.as_client, token=token)
    assert reason_of(actor_of(salon.stranger), token) == InviteReason.USED
    assert User.objects.get(pk=salon.stranger.pk).role == Role.CLIENT


def test_who_left_the_team_does_not_come_back_by_the_old_link(salon: Salon) -> None:
    token = invite_admin(salon)
    accept_invite(actor=salon.as_client, token=token)
    User.objects.filter(pk=salon.client.pk).update(role=Role.CLIENT)
    assert reason_of(salon.as_client, token) == InviteReason.USED


def test_a_link_ends_after_a_week(salon: Salon) -> None:
    token = invite_admin(salon)
    with time_machine.travel(NOW + LIFETIME - timedelta(seconds=1), tick=False):
        assert [card.state for card in open_invites(actor=salon.as_admin)] == [InviteState.OPEN]
    with time_machine.travel(NOW + LIFETIME, tick=False):
        assert reason_of(salon.as_client, token) == InviteReason.EXPIRED
        assert open_invites(actor=salon.as_admin) == ()


def test_a_link_that_is_taken_back_leads_nowhere(salon: Salon) -> None:
    token = invite_admin(salon)
    invite_id = InviteToken.objects.get().pk
    assert revoke_invite(actor=salon.as_admin, invite_id=invite_id).state == InviteState.REVOKED
    assert revoke_invite(actor=salon.as_admin, invite_id=invite_id).state == InviteState.REVOKED
    assert reason_of(salon.as_client, token) == InviteReason.REVOKED


def test_a_used_link_is_not_taken_back(salon: Salon) -> None:
    accept_invite(actor=salon.as_client, token=invite_admin(salon))
    with pytest.raises(InviteRefused) as refused:
        revoke_invite(actor=salon.as_admin, invite_id=InviteToken.objects.get().pk)
    assert refused.value.details == {"reason": "used"}


@pytest.mark.parametrize(
    "change", [{"role": Role.CLIENT, "is_superuser": False}, {"is_banned": True}, {"is_active": False}]
)
def test_links_of_an_admin_who_left_lead_nowhere(salon: Salon, change: dict[str, Any]) -> None:
    token = invite_admin(salon)
    User.objects.filter(pk=salon.admin.pk).update(**change)
    assert reason_of(salon.as_client, token) == InviteReason.REVOKED


def test_a_calendar_that_got_somebody_in_between_is_taken(salon: Salon) -> None:
    token, other = invite(salon), invite(salon)
    accept_invite(actor=salon.as_client, token=token)
    assert reason_of(actor_of(salon.stranger), other) == InviteReason.TAKEN
    assert InviteToken.objects.filter(used_at=None).count() == 1, "not used up"


def test_a_specialist_who_was_archived_in_between_is_gone(salon: Salon) -> None:
    token = invite(salon)
    Specialist.objects.filter(pk=salon.boris.pk).update(is_active=False)
    assert reason_of(salon.as_client, token) == InviteReason.GONE


def test_a_person_has_one_calendar(salon: Salon) -> None:
    assert reason_of(salon.as_anna, invite(salon)) == InviteReason.OTHER_CALENDAR


def test_a_specialist_who_was_put_out_of_the_team_comes_back_into_their_calendar(salon: Salon) -> None:
    token = invite(salon)
    Specialist.objects.filter(pk=salon.boris.pk).update(user=salon.client)
    joined = accept_invite(actor=salon.as_client, token=token)
    assert not joined.already
    assert User.objects.get(pk=salon.client.pk).role == Role.SPECIALIST


@pytest.mark.parametrize("token", ["", "x", "-" * 43, "я" * 43, "a" * 5000])
def test_an_unknown_link(salon: Salon, token: str) -> None:
    assert reason_of(salon.as_client, token) == InviteReason.UNKNOWN


def test_the_banned_and_nobody_do_not_join(salon: Salon) -> None:
    token = invite_admin(salon)
    User.objects.filter(pk=salon.client.pk).update(is_banned=True)
    with pytest.raises(Banned):
        accept_invite(actor=salon.as_client, token=token)
    with pytest.raises(NotFound):
        accept_invite(actor=SYSTEM, token=token)


def test_the_same_request_gets_the_same_link(salon: Salon) -> None:
    first = invite_admin(salon, idempotency_key="k")
    assert invite_admin(salon, idempotency_key="k") == first
    assert InviteToken.objects.count() == 1
    assert invite_admin(salon, idempotency_key="l") != first
    assert invite_admin(salon) != invite_admin(salon)
    with pytest.raises(IdempotencyConflict):
        invite(salon, idempotency_key="k")


def test_the_same_request_under_another_secret_key_tells(salon: Salon, settings: Any) -> None:
    invite_admin(salon, idempotency_key="k")
    settings.SECRET_KEY = "another one"
    with pytest.raises(IdempotencyConflict):
        invite_admin(salon, idempotency_key="k")


def test_only_a_hash_is_stored_and_nothing_of_it_is_audited(salon: Salon) -> None:
    token = invite_admin(salon)
    row = InviteToken.objects.values().get()
    assert token not in str(row)
    accept_invite(actor=salon.as_client, token=token)
    revoke_invite(actor=salon.as_admin, invite_id=InviteToken.objects.create(
        token_hash="0" * 64, role=Role.ADMIN, expires_at=NOW + LIFETIME,
    ).pk)  # fmt: skip
    entries = [(entry.entity, entry.action, entry.actor_user_id) for entry in AuditEntry.objects.order_by("pk")]
    assert entries == [
        ("invite_token", "created", salon.admin.pk),
        ("invite_token", "accepted", salon.client.pk),
        ("user", "updated", salon.client.pk),
        ("invite_token", "revoked", salon.admin.pk),
    ]
    assert token not in str(list(AuditEntry.objects.values()))
    assert row["token_hash"] not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"role": Role.CLIENT, "specialist_id": None}, InvalidValue),
        ({"role": Role.SYSTEM, "specialist_id": None}, InvalidValue),
        ({"role": Role.ADMIN}, InvalidValue),
        ({"specialist_id": None}, InvalidValue),
        ({"specialist_id": 987654}, NotFound),
    ],
)
def test_what_cannot_be_invited(salon: Salon, wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        invite(salon, **wrong)


def test_a_calendar_with_somebody_is_not_offered(salon: Salon) -> None:
    assert [each.specialist_id for each in vacancies(actor=salon.as_admin)] == [salon.boris.pk]
    SpecialistFactory.create(is_active=False)
    with pytest.raises(InviteRefused):
        invite(salon, specialist_id=salon.anna.pk)


def test_only_admins_invite_and_no_keys(salon: Salon) -> None:
    key = Actor(Role.ADMIN, Door.API, user_id=salon.admin.pk, key_id=1)
    for actor in (salon.as_client, salon.as_anna, key):
        with pytest.raises(NotAllowed):
            invite(salon, actor=actor)
        with pytest.raises(NotAllowed):
            revoke_invite(actor=actor, invite_id=1)
    for actor in (salon.as_client, salon.as_anna):
        with pytest.raises(NotAllowed):
            open_invites(actor=actor)
        with pytest.raises(NotAllowed):
            vacancies(actor=actor)
        with pytest.raises(NotAllowed):
            get_invite(actor=actor, invite_id=1)
    with pytest.raises(NotFound):
        revoke_invite(actor=salon.as_admin, invite_id=987654)
    with pytest.raises(NotFound):
        get_invite(actor=salon.as_admin, invite_id=987654)
