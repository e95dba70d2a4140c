"""Keys for programs: made, recognised, withdrawn."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import Door, Role, Scope
from bookings.exceptions import InvalidText, InvalidValue, NotAllowed, NotFound
from bookings.models import ApiKey, User
from bookings.queries.actors import actor_of_user
from bookings.services import audit
from bookings.services.attempts import retried
from bookings.services.idempotency import Request, made_once

log = structlog.get_logger(__name__)

NAME_LIMIT = 100
#: A use is written down so often at most: reading must not queue up for the one writer of the database.
USED_EVERY = timedelta(minutes=1)

#: Searched for in leaked texts by its first letters; the part up to the second underscore is not secret.
_TOKEN = re.compile(r"bk_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A key without its token."""

    id: int
    name: str
    prefix: str
    owner_id: int
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """``token`` exists here and nowhere else: show it once. It is empty where the same request was answered before."""

    card: KeyCard
    token: str


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who a valid token stands for; ``actor.key_id`` is the key's."""

    actor: Actor
    scopes: frozenset[str]


def issue_api_key(
    *,
    actor: Actor,
    name: str,
    owner_id: int,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    idempotency_key: str | None = None,
) -> IssuedKey:
    """Make a key by which a program acts as the user ``owner_id``, a member of staff, within ``scopes``.

    Raises:
        NotAllowed: the actor is no admin.
        InvalidText: the name is empty or too long.
        InvalidValue: an unknown scope, none at all, an end that is past, or an owner who is no active admin or
            specialist. ``details["field"]`` of both says which.
        IdempotencyConflict, Busy.
    """
    _require_admin(actor)
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LIMIT:
        raise InvalidText(f"A name of 1 to {NAME_LIMIT} characters", field="name", limit=NAME_LIMIT)
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(Scope.values):
        raise InvalidValue("A key has scopes, and only known ones", field="scopes")
    request = Request.of(
        actor=actor, operation="issue_api_key", key=idempotency_key,
        content={"name": name, "owner": owner_id, "scopes": wanted, "expires_at": expires_at},
    )  # fmt: skip
    if expires_at is not None and expires_at <= clock.now() and request.answer() is None:
        raise InvalidValue("The end is past", field="expires_at")
    issued: list[str] = []

    def write() -> int:
        token = f"bk_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
        with transaction.atomic():
            owner = User.objects.filter(pk=owner_id, is_active=True, is_banned=False).first()
            if owner is None or not _is_staff(owner):
                raise InvalidValue("No active admin or specialist has this id", field="owner_id")
            key = ApiKey.objects.create(
                name=name,
                prefix=_prefix(token),
                token_hash=_hash(token),
                owner=owner,
                scopes=wanted,
                created_by_id=actor.user_id,
                expires_at=expires_at,
            )
            facts = {
                "name": name, "prefix": key.prefix, "owner": owner.pk, "scopes": wanted, "expires_at": expires_at,
            }  # fmt: skip
            _audit(actor, "created", key, before=None, after=facts)
            request.remember(key.pk)
        issued.append(token)
        return int(key.pk)

    key = made_once(ApiKey.objects.all(), request, write)
    return IssuedKey(key_card(key), issued[-1] if issued else "")


def revoke_api_key(*, actor: Actor, key_id: int) -> KeyCard:
    """The key opens nothing from now on; once more changes nothing. Raises NotAllowed, NotFound."""
    _require_admin(actor)

    def write() -> ApiKey:
        with transaction.atomic():
            key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
            if key is None:
                raise NotFound("api key")
            if key.revoked_at is None:
                key.revoked_at = clock.now()
                key.save(update_fields=["revoked_at"])
                _audit(actor, "revoked", key, before={"revoked_at": None}, after={"revoked_at": key.revoked_at})
            return key

    return key_card(retried(write))


def looks_like_a_key(token: str) -> bool:
    return token.startswith("bk_")


def holder_of(token: str) -> KeyHolder | None:
    """Whom the token stands for; ``None`` when it is unknown, revoked, past its end, or its owner has left the staff."""
    if not _TOKEN.fullmatch(token):
        return None
    key = ApiKey.objects.select_related("owner__specialist").filter(prefix=_prefix(token)).first()
    # Compared also where there is no such prefix, so that time does not tell which prefixes exist.
    if not hmac.compare_digest(_hash(token), key.token_hash if key else _NO_HASH) or key is None:
        return None
    now = clock.now()
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    if not key.owner.is_active or key.owner.is_banned or not _is_staff(key.owner):
        return None
    _mark_used(key, now)
    actor = replace(actor_of_user(key.owner, door=Door.API), key_id=key.pk)
    return KeyHolder(actor, frozenset(key.scopes))


def key_card(key: ApiKey) -> KeyCard:
    return KeyCard(
        id=key.pk,
        name=key.name,
        prefix=key.prefix,
        owner_id=key.owner_id,
        scopes=tuple(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
    )


def _audit(actor: Actor, action: str, key: ApiKey, *, before: audit.Values | None, after: audit.Values) -> None:
    audit.record(
        actor=actor, action=action, entity=audit.entity_of(ApiKey), entity_id=key.pk, before=before, after=after
    )


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("api keys")


def _is_staff(user: User) -> bool:
    return user.is_superuser or user.role in (Role.ADMIN, Role.SPECIALIST)


def _prefix(token: str) -> str:
    return token[3:11]


def _hash(token: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()


def _mark_used(key: ApiKey, now: datetime) -> None:
    if key.last_used_at is not None and now - key.last_used_at < USED_EVERY:
        return
    unmarked = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    try:
        ApiKey.objects.filter(unmarked, pk=key.pk).update(last_used_at=now)
    except DatabaseError as error:
        log.warning("api_key_use_not_recorded", key=key.pk, error=str(error))
