"""Whether the processes that were started answer."""

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import redis

PROBE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Probe:
    """An address that answers once its process is up; ``accepts`` are the statuses that count as up."""

    name: str
    url: str
    accepts: frozenset[int]

    def problem(self) -> str:
        """Why it is not up; empty when it is."""
        try:
            status, body = fetch(self.url)
        except (OSError, http.client.HTTPException) as error:
            return f"{self.name}: {error}"
        return "" if status in self.accepts else f"{self.name}: {_reason(status, body)}"


def fetch(url: str) -> tuple[int, bytes]:
    """Status and body of a GET.

    Raises:
        OSError, http.client.HTTPException: no answer.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _reason(status: int, body: bytes) -> str:
    """What a health answer says is missing."""
    try:
        checks = json.loads(body)["checks"]
    except (ValueError, KeyError, TypeError):
        return f"status {status}"
    return ", ".join(f"{name} ({state})" for name, state in checks.items() if state != "ok")


def redis_problem(url: str) -> str:
    """Why Redis does not answer; empty when it does. One that still loads its data does not."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=None) as client:
            client.ping()
    except redis.RedisError as error:
        return f"redis: {error}"
    return ""
