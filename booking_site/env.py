"""Every setting that the environment (or an optional ``.env`` file) can change, in one typed table.

``docs/settings.md`` is made from this class, so a field's description is its documentation.
"""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent
_REDIS_DEFAULT_PORT = 6379
_MOST_PAUSES = 20


class Env(BaseSettings):
    """Process settings. Names are the environment variables, upper-cased."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    app_env: Literal["development", "test", "production"] = Field(
        "development", description="Production refuses unsafe values and never starts the playground."
    )
    data_dir: Path = Field(
        BASE_DIR / "data", description="Folder of the embedded database, Redis files, secrets and uploads."
    )
    secret_key: str = Field(
        "", description="Django's signing key, 50 characters or more. Made under DATA_DIR in development."
    )
    allowed_hosts: str = Field(
        "localhost,127.0.0.1,[::1]", description="Host names the web process answers to, comma separated."
    )
    public_url: str = Field(
        "", description="https address under which the web process is reached from outside, without a final slash."
    )
    host: str = Field("127.0.0.1", description="Address the web, Flower and playground servers listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web process.")
    flower_port: int = Field(5555, ge=1, le=65535, description="Port of Flower.")
    playground_port: int = Field(8081, ge=1, le=65535, description="Port of the playground.")
    redis_port: int = Field(6390, ge=1, le=65535, description="Port of the embedded Valkey.")
    database_url: str = Field(
        "", description="postgres://user:password@host:5432/name; SQLite under DATA_DIR when empty."
    )
    redis_url: str = Field("", description="redis://host:6379/0; the embedded Valkey on REDIS_PORT when empty.")
    telegram_bot_token: str = Field(
        "", description="Token from @BotFather. Empty in development: the playground stands in for Telegram."
    )
    telegram_mode: Literal["webhook", "polling"] = Field(
        "webhook", description="How updates arrive; polling is for development without public HTTPS."
    )
    telegram_api_url: str = Field(
        "", description="Bot API server; https://api.telegram.org, or the playground when there is no token."
    )
    telegram_webhook_secret: str = Field(
        "",
        description="16-256 random characters of A-Z a-z 0-9 _ - that Telegram sends with each update. Made in development.",
    )
    telegram_user_burst: int = Field(30, ge=1, description="Updates one Telegram user may send at once.")
    telegram_user_per_second: float = Field(
        2.0, gt=0, description="Updates a second one Telegram user may send in the long run."
    )
    api_public_burst: int = Field(
        120, ge=1, description="Requests to the API that one address may make at once without a login."
    )
    api_public_per_second: float = Field(
        5.0, gt=0, description="Requests a second that one address may make in the long run without a login."
    )
    api_person_burst: int = Field(
        120, ge=1, description="Requests to the API that one person who is logged in may make at once."
    )
    api_person_per_second: float = Field(
        5.0, gt=0, description="Requests a second that one person who is logged in may make in the long run."
    )
    api_key_burst: int = Field(600, ge=1, description="Requests that may be made at once with one API key.")
    api_key_per_second: float = Field(
        50.0, gt=0, description="Requests a second that may be made with one API key in the long run."
    )
    api_internal_burst: int = Field(
        600, ge=1, description="Requests to the API that one member of staff may make at once with a session."
    )
    api_internal_per_second: float = Field(
        50.0,
        gt=0,
        description="Requests a second that one member of staff may make with a session in the long run.",
    )
    api_token_days: int = Field(
        30, ge=1, le=365, description="Days until a login to the API by a one-time code has to be repeated."
    )
    telegram_init_data_seconds: int = Field(
        86_400, ge=60, description="Seconds for which the API takes a Mini App's init data."
    )
    email_url: str = Field(
        "",
        description="smtp://user:password@host:25, smtp+tls://…:587 or smtps://…:465. When empty, e-mail is written "
        "to files under DATA_DIR/mail in development, and not offered in production.",
    )
    email_from: str = Field("booking@localhost", description="Sender of e-mail.")
    vapid_private_key: str = Field(
        "",
        description="Key that signs Web Push, made by `manage.py push_keys`; Web Push is off in production when empty.",
    )
    vapid_subject: str = Field(
        "mailto:admin@localhost", description="mailto: or https: address that push services may complain to."
    )
    push_hosts: str = Field(
        "fcm.googleapis.com,updates.push.services.mozilla.com,*.notify.windows.com,*.push.apple.com",
        description="Push services that subscriptions may name: host, host:port or *.domain, comma separated.",
    )
    outgoing_private_networks: str = Field(
        "",
        description="Addresses or networks that are not public and that webhooks may reach all the same, "
        "comma separated.",
    )
    webhook_retry_seconds: str = Field(
        "10,60,300,1800,7200,14400,28800",
        description="Pauses before a message to a webhook that does not answer 2xx is sent again, comma separated; "
        "after the last one it is a dead letter.",
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of the proxies in front of the web process, comma separated: "
        "their X-Forwarded-For says who calls. Nobody's is believed when empty.",
    )
    flower_basic_auth: str = Field("", description="user:password of Flower. Made under DATA_DIR in development.")
    metrics_token: str = Field(
        "", description="Bearer token that may read /metrics from elsewhere; loopback alone may when empty."
    )
    web_workers: int = Field(1, ge=1, le=64, description="Web processes (granian workers).")
    web_threads: int = Field(
        0, ge=0, le=128, description="Threads of one web process; 0: twice the processor cores, plus one."
    )
    slot_lock: bool = Field(
        True, description="Whether creating a booking queues in Redis first. The database guard holds without it."
    )
    idempotency_keep_days: int = Field(
        7,
        ge=1,
        le=365,
        description="Days after which the answer to a request with an idempotency key is forgotten.",
    )
    audit_keep_days: int = Field(
        730, ge=30, le=3650, description="Days after which audit entries are deleted, nightly."
    )
    log_format: Literal["", "console", "json"] = Field(
        "", description="console or json; json in production, console otherwise when empty."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe level logged."
    )

    @field_validator("data_dir")
    @classmethod
    def _from_the_project(cls, value: Path) -> Path:
        # The same folder whatever the current directory of a process is.
        folder = value if value.is_absolute() else BASE_DIR / value
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
            raise ValueError(f"{there} is not a folder that can be written to")
        return folder

    @field_validator("redis_port")
    @classmethod
    def _nobody_elses_port(cls, value: int) -> int:
        if value == _REDIS_DEFAULT_PORT:
            raise ValueError(
                f"{value} may be somebody else's Redis; choose another port, or set REDIS_URL to use that server"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _a_redis_url(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis:// or rediss://")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database_url(cls, value: str) -> str:
        if value and not value.startswith(("postgres://", "postgresql://", "sqlite:///")):
            raise ValueError("must start with postgres:// or sqlite:///")
        return value

    @field_validator("email_url")
    @classmethod
    def _an_email_url(cls, value: str) -> str:
        if value and not re.match(r"smtp(s|\+tls)?://[^/]", value):
            raise ValueError("must start with smtp://, smtp+tls:// or smtps://")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _a_bot_token(cls, value: str, info: ValidationInfo) -> str:
        # Production is stricter, and names this setting together with every other that it refuses.
        production = info.data.get("app_env") == "production"
        if value and not production and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value, re.ASCII):
            raise ValueError("must be the token from @BotFather (digits, a colon, 35 characters), or empty")
        return value

    @field_validator("trusted_proxies", "outgoing_private_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(part)
            except ValueError as error:
                raise ValueError(f"addresses or networks, such as 10.0.0.0/8: {error}") from None
        return value

    @field_validator("webhook_retry_seconds")
    @classmethod
    def _pauses(cls, value: str) -> str:
        parts = [part.strip() for part in value.split(",")]
        if (
            not all(re.fullmatch(r"[0-9]{1,6}", part) and int(part) > 0 for part in parts)
            or len(parts) > _MOST_PAUSES
        ):
            raise ValueError(f"1 to {_MOST_PAUSES} numbers of seconds, comma separated, such as 10,60,300")
        return value

    @property
    def effective_log_format(self) -> str:
        """``json`` or ``console``."""
        return self.log_format or ("json" if self.production else "console")

    @property
    def production(self) -> bool:
        return self.app_env == "production"


def read_env() -> Env:
    """Read the environment.

    Raises:
        ImproperlyConfigured: one line that names each setting with an unusable value.
    """
    # A developer's .env (perhaps with a real bot token) must not reach the tests.
    env_file = None if os.environ.get("APP_ENV") == "test" else os.environ.get("ENV_FILE", BASE_DIR / ".env")
    try:
        return Env(_env_file=env_file)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise ImproperlyConfigured(problems) from None


def refuse_unusable_values() -> None:
    """End the process, with one line that names each setting, unless the environment can be read.

    For the entry points, before anything imports Django's settings: there the same error would be a traceback.

    Raises:
        SystemExit: a setting has an unusable value; status 1.
    """
    try:
        read_env()
    except ImproperlyConfigured as error:
        raise SystemExit(f"Cannot start: {error}") from None
