"""What the bot is called, for links into it from where the bot itself does not run."""

import http.client
import json
import urllib.request

import structlog
from django.conf import settings
from django.core.cache import cache

log = structlog.get_logger(__name__)

_KEY = "bot_name"
#: Seconds. A bot is seldom renamed; a page waits no longer than this for its name.
_LIFE, _PATIENCE = 24 * 3600, 3


def bot_link(payload: str) -> str | None:
    """``t.me`` link that starts the bot with ``payload``; ``None`` while its name cannot be learnt."""
    name = cache.get(_KEY)
    if not isinstance(name, str):
        name = _asked()
        if name is None:
            return None
        cache.set(_KEY, name, _LIFE)
    return f"https://t.me/{name}?start={payload}"


def _asked() -> str | None:
    if not settings.TELEGRAM_BOT_TOKEN:
        return None
    url = f"{settings.TELEGRAM_API_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/getMe"
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as response:  # noqa: S310 - the address is a setting
            name = json.load(response)["result"]["username"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        log.warning("bot_name_unknown", error=type(error).__name__)  # the text would tell the token
        return None
    return str(name)
