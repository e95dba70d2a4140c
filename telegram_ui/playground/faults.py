"""Faults on command: latency, limits, and rules that make some calls fail in a chosen way."""

import random
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from telegram_ui.playground.errors import ApiError, JsonDict, forbidden, too_many_requests
from telegram_ui.playground.limits import Limits

Kind = Literal["throttle", "forbidden", "server_error", "reset", "lose_answer"]

#: A rule without ``methods`` leaves these alone, so that a process under test can still start.
_SPARED = frozenset({"getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"})


class Rule(BaseModel):
    """One fault. It strikes calls that match ``methods`` and ``chat_ids`` (all when left out), among those every
    ``every``-th or ``percent`` of 100 (each call when left out), at most ``times`` times.

    ``throttle``: 429 with ``retry_after``; ``forbidden``: 403 "bot was blocked by the user"; ``server_error``:
    ``code`` 5xx; ``reset``: the connection breaks before anything happens; ``lose_answer``: the call takes effect and
    the connection breaks instead of the answer.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    methods: list[str] | None = None
    chat_ids: list[int] | None = None
    every: int | None = Field(None, ge=1)
    percent: float | None = Field(None, ge=0, le=100)
    times: int | None = Field(None, ge=1)
    retry_after: int = Field(5, ge=1)
    code: int = Field(502, ge=500, le=599)
    matched: int = 0
    struck: int = 0

    def strikes(self, method: str, chat_id: int | None, chance: random.Random) -> bool:
        if self.methods is None and method in _SPARED:
            return False
        if self.methods is not None and method not in self.methods:
            return False
        if self.chat_ids is not None and chat_id not in self.chat_ids:
            return False
        self.matched += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.every is not None and self.matched % self.every:
            return False
        if self.percent is not None and chance.random() * 100 >= self.percent:
            return False
        self.struck += 1
        return True

    def error(self) -> ApiError | None:
        """The answer this rule gives; ``None`` when it gives none."""
        if self.kind == "throttle":
            return too_many_requests(self.retry_after)
        if self.kind == "forbidden":
            return forbidden("bot was blocked by the user")
        if self.kind == "server_error":
            reasons = {
                500: "Internal Server Error",
                502: "Bad Gateway",
                503: "Service Unavailable",
                504: "Gateway Timeout",
            }
            return ApiError(self.code, reasons.get(self.code, "Server Error"))
        return None


class FaultSettings(BaseModel):
    """What ``PUT /_control/faults`` takes whole and ``PATCH`` in part. Times in milliseconds.

    ``limits``: ``off``, ``telegram`` (30/s, 1/s a chat, 20/min a group, 1000/s paid), or single numbers of it.
    """

    model_config = ConfigDict(extra="forbid")

    latency_ms: float = Field(0, ge=0, le=600_000)
    jitter_ms: float = Field(0, ge=0, le=600_000)
    limits: Literal["off", "telegram"] | dict[str, float] = "off"
    rules: list[Rule] = Field(default_factory=list)

    def sending_limits(self) -> Limits | None:
        if self.limits == "off":
            return None
        return Limits() if self.limits == "telegram" else Limits(**self.limits)  # type: ignore[arg-type]


class Faults:
    """The faults in force."""

    def __init__(self, seed: int | None = None) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - spread, not secrecy
        self.settings = FaultSettings()
        self.limits: Limits | None = None

    def replace(self, settings: FaultSettings) -> None:
        """Put ``settings`` in force; raises ``TypeError`` for a limit that does not exist."""
        self.limits = settings.sending_limits()
        self.settings = settings

    def change(self, given: JsonDict) -> None:
        """Change the settings that are named; raises ``pydantic.ValidationError`` or ``TypeError``."""
        self.replace(FaultSettings.model_validate({**self.settings.model_dump(), **given}))

    def latency(self) -> float:
        """Seconds until the answer to a call."""
        settings = self.settings
        jitter = self._chance.uniform(0, settings.jitter_ms) if settings.jitter_ms else 0.0
        return (settings.latency_ms + jitter) / 1000

    def strike(self, method: str, chat_id: int | None) -> Rule | None:
        """The first rule that strikes this call."""
        rules: Iterable[Rule] = self.settings.rules
        return next((rule for rule in rules if rule.strikes(method, chat_id, self._chance)), None)

    def as_json(self) -> dict[str, Any]:
        return self.settings.model_dump()
