"""What a webhook may be: asked of every row that is written, by whatever door."""

import secrets
from urllib.parse import urlsplit

from bookings.actor import Actor
from bookings.exceptions import InvalidValue
from bookings.services.resources.entity import Before
from notifications.hosts import is_clean, may_be_public
from notifications.models import WebhookEndpoint
from notifications.webhook_bodies import OFFERED

_NAME_LIMIT, _URL_LIMIT = 100, 500


def prepare_webhook(_actor: Actor, hook: WebhookEndpoint, before: Before) -> None:
    """A new one gets its secret; what is switched on forgets why it was stopped.

    Raises:
        InvalidValue: ``details["field"]`` is ``name``, ``url`` (see ``check_url``) or ``kinds`` (none, or unknown ones).
    """
    hook.name, hook.kinds = hook.name.strip(), in_order(hook.kinds)
    if not 0 < len(hook.name) <= _NAME_LIMIT:
        raise InvalidValue("a name of up to 100 characters", field="name")
    if hook.url != before.get("url"):
        check_url(hook.url)
    if hook.kinds != before.get("kinds") and not (hook.kinds and set(hook.kinds) <= set(OFFERED)):
        raise InvalidValue(f"some of {', '.join(OFFERED)}", field="kinds")
    if not before:
        hook.secret = new_secret()
    if hook.is_active:
        hook.stopped_because = ""


def check_url(url: str) -> None:
    """Raise InvalidValue unless ``url`` is an https address without a login that may lead outside.

    ``details["problem"]`` is ``not_public`` for an address in a network of our own, however it is spelt. Where a name
    leads is checked at each send.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidValue("not a URL", field="url") from None
    clean = is_clean(url) and len(url) <= _URL_LIMIT
    if parts.scheme != "https" or not parts.hostname or not clean or port == 0:
        raise InvalidValue("an https address", field="url")
    if parts.username is not None or parts.fragment:
        raise InvalidValue("without a login and a fragment", field="url")
    try:
        public = may_be_public(url)
    except ValueError:
        raise InvalidValue("neither a host name nor an address", field="url") from None
    if not public:
        raise InvalidValue("an address that is not public", field="url", problem="not_public")


def in_order(kinds: list[str]) -> list[str]:
    """Each once."""
    return sorted({str(kind) for kind in kinds})


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"
