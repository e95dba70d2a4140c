"""Bearer tokens of people who have proved an address: random, hashed in their rows, gone after a while or on demand."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from booking_site.lib import clock
from bookings.cards import user_card
from bookings.models import User, VisitorToken
from bookings.read_models import UserCard
from bookings.services.attempts import retried

_PREFIX = "bv_"
_LENGTH = len(_PREFIX) + 43
#: Tokens of one person; a new one ends the oldest.
MOST_TOKENS = 20


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """``token`` is nowhere else. Good until ``expires_at``, used or not."""

    token: str
    expires_at: datetime


def issue_token(user_id: int) -> IssuedToken:
    """A new token of the user. Raises Busy."""
    token = _PREFIX + secrets.token_urlsafe(32)
    expires_at = clock.now() + timedelta(days=settings.API_TOKEN_DAYS)

    def write() -> None:
        with transaction.atomic():
            # Two logins at once would each leave one too many.
            User.objects.select_for_update(no_key=True).get(pk=user_id)
            VisitorToken.objects.create(user_id=user_id, token_hash=_hash(token), expires_at=expires_at)
            newest = VisitorToken.objects.filter(user_id=user_id).order_by("-id")
            VisitorToken.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[MOST_TOKENS:])).delete()

    retried(write)
    return IssuedToken(token, expires_at)


def looks_like_a_visitor(token: str) -> bool:
    return token.startswith(_PREFIX)


def holder_of(token: str) -> UserCard | None:
    """Whose token it is; ``None`` when it is unknown, revoked or past its end, or the account was switched off."""
    if len(token) != _LENGTH:
        return None
    # 256 random bits, looked for by their hash: the time it takes tells nothing about other hashes.
    row = (
        VisitorToken.objects.select_related("user__specialist")
        .filter(token_hash=_hash(token), expires_at__gt=clock.now(), user__is_active=True)
        .first()
    )
    return None if row is None else user_card(row.user)


def revoke_token(user_id: int, token: str) -> None:
    """End this one. Raises Busy."""
    retried(lambda: VisitorToken.objects.filter(user_id=user_id, token_hash=_hash(token)).delete())


def revoke_all_tokens(user_id: int) -> int:
    """End every token of the user; returns how many there were. Raises Busy."""
    return retried(lambda: VisitorToken.objects.filter(user_id=user_id).delete()[0])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
