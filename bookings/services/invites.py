"""Invitations to the team: made, used once, taken back.

The token is computed from the request's key (or a random one) with the site's SECRET_KEY, so that the same request
again gets the same link; what is stored is a hash of it.
"""

import base64
import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import invite_card
from bookings.enums import InviteReason, Role
from bookings.exceptions import IdempotencyConflict, InvalidValue, InviteRefused, NotAllowed, NotFound
from bookings.models import InviteToken, Specialist
from bookings.policies import Task, require_task
from bookings.read_models import InviteCard, IssuedInvite
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.services.idempotency import Request, made_once

#: How long a link leads in.
LIFETIME = timedelta(days=7)


def invite_member(
    *, actor: Actor, role: Role, specialist_id: int | None = None, idempotency_key: str | None = None
) -> IssuedInvite:
    """A link for one person, who joins as an admin, or as the specialist ``specialist_id``.

    Raises:
        NotAllowed: the actor is no admin, or a program.
        InvalidValue: another role, or a specialist given or missing against it.
        NotFound: no such specialist works here.
        InviteRefused: the calendar has somebody already (``taken``).
        IdempotencyConflict, Busy.
    """
    _require(actor)
    if role not in (Role.ADMIN, Role.SPECIALIST):
        raise InvalidValue("one joins as an admin or a specialist", field="role")
    if (specialist_id is None) == (role == Role.SPECIALIST):
        raise InvalidValue("a specialist is invited into a calendar, an admin into none", field="specialist_id")
    key = idempotency_key or secrets.token_urlsafe()
    request = Request.of(
        actor=actor, operation="invite_member", key=key, content={"role": role, "specialist": specialist_id}
    )
    token = _token(request)

    def work() -> int:
        with transaction.atomic():
            if specialist_id is not None:
                _require_vacancy(specialist_id)
            invite = InviteToken.objects.create(
                token_hash=hash_of(token),
                role=role,
                specialist_id=specialist_id,
                created_by_id=actor.user_id,
                expires_at=clock.now() + LIFETIME,
            )
            facts = {"role": role, "specialist": specialist_id, "expires_at": invite.expires_at}
            _audit(actor, "created", invite, before=None, after=facts)
            request.remember(invite.pk)
        return int(invite.pk)

    invite = made_once(InviteToken.objects.with_details(), request, work)
    if invite.token_hash != hash_of(token):
        raise IdempotencyConflict("made while the site had another SECRET_KEY: make a new one")
    return IssuedInvite(invite_card(invite), token)


def revoke_invite(*, actor: Actor, invite_id: int) -> InviteCard:
    """The link leads nowhere from now on; once more changes nothing.

    Raises:
        NotAllowed: as ``invite_member``. NotFound. Busy.
        InviteRefused: somebody has joined by it (``used``).
    """
    _require(actor)

    def work() -> None:
        with transaction.atomic():
            invite = InviteToken.objects.select_for_update().filter(pk=invite_id).first()
            if invite is None:
                raise NotFound("invitation")
            if invite.used_at is not None:
                raise InviteRefused("somebody has joined by it", reason=InviteReason.USED.value)
            if invite.revoked_at is None:
                invite.revoked_at = clock.now()
                invite.save(update_fields=["revoked_at"])
                after = {"revoked_at": invite.revoked_at}
                _audit(actor, "revoked", invite, before={"revoked_at": None}, after=after)

    retried(work)
    return invite_card(InviteToken.objects.with_details().get(pk=invite_id))


def hash_of(token: str) -> str:
    # 256 bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()


def _token(request: Request) -> str:
    """43 characters that fit a deep link of Telegram."""
    told = f"{request.scope}:{request.key}"
    digest = salted_hmac("bookings.invite", told, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _require(actor: Actor) -> None:
    require_task(actor, Task.INVITE)
    if actor.key_id is not None:
        raise NotAllowed("A key lets nobody into the team")


def _require_vacancy(specialist_id: int) -> None:
    specialist = Specialist.objects.filter(pk=specialist_id, is_active=True).first()
    if specialist is None:
        raise NotFound("specialist")
    if specialist.user_id is not None:
        raise InviteRefused("the calendar has somebody already", reason=InviteReason.TAKEN.value)


def _audit(
    actor: Actor, action: str, invite: InviteToken, *, before: audit.Values | None, after: audit.Values
) -> None:
    audit.record(
        actor=actor,
        action=action,
        entity=audit.entity_of(InviteToken),
        entity_id=invite.pk,
        before=before,
        after=after,
    )
