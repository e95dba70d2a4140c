"""What a webhook may be: asked of every row that is written, by whatever door."""

import secrets
from urllib.parse import SplitResult, urlsplit

from bookings.actor import Actor
from bookings.exceptions import InvalidValue
from bookings.services.resources.entity import Before
from notifications import queues
from notifications.hosts import is_clean, may_be_public
from notifications.models import DeadLetter, WebhookEndpoint
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


def part_with_webhook(_actor: Actor, hook: WebhookEndpoint, _before: Before) -> None:
    """Letters about what it was not told go with everything it was told: they hold the same words."""
    of_hooks = DeadLetter.objects.filter(task=queues.DELIVER, payload__recipient=None)
    letters = dict(of_hooks.values_list("pk", "payload__delivery"))
    ours = set(hook.deliveries.filter(pk__in=letters.values()).values_list("pk", flat=True))
    DeadLetter.objects.filter(pk__in=[pk for pk, delivery in letters.items() if delivery in ours]).delete()


def check_url(url: str) -> None:
    """Raise InvalidValue unless ``url`` is an https address without a login that may lead outside.

    ``details["problem"]`` says why: ``https``, ``login``, ``fragment``, ``port``, ``letters`` (blanks, or others than
    ASCII), ``too_long``, ``host``, or ``not_public`` for an address in a network of our own, however it is spelt. Where
    a name leads is checked at each send.
    """
    if (problem := _problem_of(url)) is not None:
        why, said = problem
        raise InvalidValue(said, field="url", problem=why)


def _problem_of(url: str) -> tuple[str, str] | None:
    if len(url) > _URL_LIMIT:
        return "too_long", f"at most {_URL_LIMIT} characters"
    if not is_clean(url):
        return "letters", "no blanks, and only letters of ASCII: write an international name as xn--…"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "host", "not a URL"
    if parts.scheme != "https" or not parts.hostname:
        return "https", "an https address"
    if parts.username is not None:
        return "login", "without a login"
    if parts.fragment:
        return "fragment", "without a fragment"
    if not _has_port(parts):
        return "port", "a port from 1 to 65535"
    try:
        public = may_be_public(url)
    except ValueError:
        return "host", "neither a host name nor an address"
    return None if public else ("not_public", "an address that is not public")


def _has_port(parts: SplitResult) -> bool:
    """Whether there is none, or one that can be connected to."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def in_order(kinds: list[str]) -> list[str]:
    """Each once."""
    return sorted({str(kind) for kind in kinds})


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"
