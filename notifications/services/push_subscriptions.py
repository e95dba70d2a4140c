"""A browser asks to be told, or no longer."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import InvalidValue, NotFound
from bookings.models import User
from bookings.services import audit
from notifications.models import PushSubscription
from notifications.push_hosts import is_allowed

#: Browsers one person may be told in; a further one takes the place of the oldest.
MOST_BROWSERS = 10
_ENDPOINT_LIMIT = 1000
_AUTH_BYTES = 16


def subscribe(*, actor: Actor, endpoint: str, p256dh: str, auth: str) -> int:
    """Remember the browser of ``actor``; returns its id. Repeating it changes nothing but the keys.

    The three are those of the browser's ``PushSubscription``, keys in base64url. A browser that somebody else was
    signed in with before is the actor's from now on.

    Raises:
        NotFound: the actor is no user.
        InvalidValue: ``details["field"]`` is ``endpoint`` (not https, or no allowed push service), ``p256dh`` or
            ``auth``.
    """
    if len(endpoint) > _ENDPOINT_LIMIT or not is_allowed(endpoint):
        raise InvalidValue("not an address of an allowed push service", field="endpoint")
    _check_keys(p256dh, auth)
    with transaction.atomic():
        # Locked, so that two browsers that come at once are counted one after the other.
        user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
        if user is None:
            raise NotFound("user")
        values = {"user": user, "p256dh": p256dh.rstrip("="), "auth": auth.rstrip("=")}
        row, created = PushSubscription.objects.update_or_create(
            endpoint=endpoint, defaults=values, create_defaults={**values, "created_at": clock.now()}
        )
        if created:
            _record(actor, row, "created")
        oldest_first = PushSubscription.objects.filter(user=user).exclude(pk=row.pk).order_by("-pk")
        for one in oldest_first[MOST_BROWSERS - 1 :]:
            one.delete()
    return int(row.pk)


def unsubscribe(*, actor: Actor, endpoint: str) -> bool:
    """Forget the actor's browser; ``False`` when it was not known."""
    with transaction.atomic():
        row = PushSubscription.objects.filter(user=actor.user_id or 0, endpoint=endpoint).first()
        if row is None:
            return False
        _record(actor, row, "deleted")
        row.delete()
    return True


def _record(actor: Actor, row: PushSubscription, action: str) -> None:
    gone = action == "deleted"
    values = {"user_id": row.user_id, "endpoint": row.endpoint}
    audit.record(
        actor=actor, action=action, entity=audit.entity_of(PushSubscription), entity_id=row.pk,
        before=values if gone else None, after=None if gone else values,
    )  # fmt: skip


def _check_keys(p256dh: str, auth: str) -> None:
    """Keys that nothing can be encrypted for would only fail later, one message at a time."""
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(p256dh))
    except ValueError:
        raise InvalidValue("not a point of P-256", field="p256dh") from None
    try:
        fits = len(_decoded(auth)) == _AUTH_BYTES
    except ValueError:
        fits = False
    if not fits:
        raise InvalidValue("16 bytes in base64url", field="auth")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except binascii.Error as error:
        raise ValueError(str(error)) from error
