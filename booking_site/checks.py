"""What a production process refuses to start with. One line a setting, and it names the setting.

``manage.py`` commands refuse through Django's system checks; the web process, the workers, beat and Flower call
``refuse_unsafe_start`` themselves, because none of them runs those.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from booking_site.env import Env
from booking_site.secret_store import stored_secrets

_PLACEHOLDER = re.compile(
    r"change.?me|example|insecure|placeholder|development|secret-key|password123", re.IGNORECASE
)
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0"}  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting that production cannot start with, and what it should be. ``number`` names the check."""

    number: int
    setting: str
    advice: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.advice}"


def _unsafe_secret(value: str, known: set[str]) -> bool:
    return value in known or bool(_PLACEHOLDER.search(value))


def _secret_key(env: Env, known: set[str]) -> str | None:
    if len(env.secret_key) < 50 or len(set(env.secret_key)) < 10:  # noqa: PLR2004 - Django's own bounds, and stricter
        return "set it to 50 or more random characters"
    return "is a default or development secret; make a new one" if _unsafe_secret(env.secret_key, known) else None


def _bot_token(env: Env, _known: set[str]) -> str | None:
    if not re.fullmatch(r"\d{5,}:[A-Za-z0-9_-]{30,}", env.telegram_bot_token):
        return "set it to the token from @BotFather (digits, a colon, 35 characters)"
    playground = env.telegram_bot_token == settings.PLAYGROUND_TOKEN
    return "is the playground's token; set it to the one from @BotFather" if playground else None


def _webhook_secret(env: Env, known: set[str]) -> str | None:
    value = env.telegram_webhook_secret
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value) or len(set(value)) < 8:  # noqa: PLR2004
        return "set it to 16-256 random characters of A-Z a-z 0-9 _ -"
    return "is a default or development secret; make a new one" if _unsafe_secret(value, known) else None


def _telegram_mode(env: Env, _known: set[str]) -> str | None:
    return "polling is for development; use webhook" if env.telegram_mode == "polling" else None


def _telegram_api_url(env: Env, _known: set[str]) -> str | None:
    if not env.telegram_api_url or urlsplit(env.telegram_api_url).scheme in {"http", "https"}:
        return None
    return "must be an http:// or https:// address of a Bot API server, or empty"


def _public_url(env: Env, _known: set[str]) -> str | None:
    url = urlsplit(env.public_url)
    if url.scheme != "https" or not url.hostname or url.hostname in _LOCAL_HOSTS or url.query or url.fragment:
        return "set it to the https:// address under which Telegram reaches the web process"
    return None


def _allowed_hosts(env: Env, _known: set[str]) -> str | None:
    hosts = [host.strip() for host in env.allowed_hosts.split(",") if host.strip()]
    if any(host == "*" for host in hosts):
        return "must name the hosts; * answers to anybody's"
    if not set(hosts) - _LOCAL_HOSTS:
        return "set it to the host names of the site, comma separated"
    return None


def _flower_basic_auth(env: Env, known: set[str]) -> str | None:
    user, _, password = env.flower_basic_auth.partition(":")
    if not user or len(password) < 12 or "," in env.flower_basic_auth:  # noqa: PLR2004
        return "set it to user:password, the password 12 or more characters without a comma"
    if _unsafe_secret(password, known):
        return "is a default or development password; make a new one"
    return None


def _redis_url(env: Env, _known: set[str]) -> str | None:
    return None if env.redis_url else "set it to the Redis of production (the embedded Valkey is for development)"


def _database_url(env: Env, _known: set[str]) -> str | None:
    if not env.database_url:
        return "set it to postgres://... (or, on a single machine, sqlite:////absolute/path)"
    if _PLACEHOLDER.search(urlsplit(env.database_url).password or ""):
        return "has a placeholder for a password"
    return None


def _metrics_token(env: Env, _known: set[str]) -> str | None:
    return "must be 16 or more characters" if 0 < len(env.metrics_token) < 16 else None  # noqa: PLR2004


_RULES: tuple[tuple[str, Callable[[Env, set[str]], str | None]], ...] = (
    ("SECRET_KEY", _secret_key),
    ("ALLOWED_HOSTS", _allowed_hosts),
    ("PUBLIC_URL", _public_url),
    ("DATABASE_URL", _database_url),
    ("REDIS_URL", _redis_url),
    ("TELEGRAM_BOT_TOKEN", _bot_token),
    ("TELEGRAM_WEBHOOK_SECRET", _webhook_secret),
    ("TELEGRAM_MODE", _telegram_mode),
    ("TELEGRAM_API_URL", _telegram_api_url),
    ("FLOWER_BASIC_AUTH", _flower_basic_auth),
    ("METRICS_TOKEN", _metrics_token),
)


def production_problems(env: Env) -> Iterator[Problem]:
    """What forbids a start in production, in the order of the table above; nothing elsewhere."""
    if not env.production:
        return
    known = set(stored_secrets(env.data_dir).values())
    for number, (setting, rule) in enumerate(_RULES, start=1):
        advice = rule(env, known)
        if advice:
            yield Problem(number, setting, advice)


def refuse_unsafe_start() -> None:
    """End the process, with one line for each unusable setting, unless it is safe to start.

    Raises:
        SystemExit: production with an unsafe or missing value.
    """
    problems = list(production_problems(settings.ENV))
    if problems:
        raise SystemExit("\n".join(["Refusing to start in production:", *(f"  {line}" for line in problems)]))


@register
def production_check(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The same list as Django system checks."""
    return [
        Error(str(problem), id=f"booking_site.E{problem.number:03}")
        for problem in production_problems(settings.ENV)
    ]
