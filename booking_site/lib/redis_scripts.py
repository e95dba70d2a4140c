"""Lua scripts kept in files, called by their hash so that only the hash crosses the wire."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
import redis.asyncio
from redis.exceptions import NoScriptError

Argument = str | bytes | int | float


@dataclass(frozen=True, slots=True)
class RedisScript:
    """One atomic script. A server that does not know it (restarted, flushed) is sent the whole text once more."""

    source: str
    sha: str

    @classmethod
    def load(cls, *paths: Path) -> "RedisScript":
        """Join files into one script; earlier files define what later ones use."""
        source = "\n".join(path.read_text(encoding="utf-8") for path in paths)
        # SHA-1 is what the server names scripts by; nothing secret depends on it.
        return cls(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())

    def run(self, client: "redis.Redis", keys: Sequence[str], args: Sequence[Argument]) -> Any:
        """Raises ``redis.RedisError`` when the server is unreachable or refuses (out of memory)."""
        execute: Any = client.execute_command  # redis-py leaves it unannotated
        try:
            return execute("EVALSHA", self.sha, len(keys), *keys, *args)
        except NoScriptError:
            return execute("EVAL", self.source, len(keys), *keys, *args)

    async def run_async(self, client: "redis.asyncio.Redis", keys: Sequence[str], args: Sequence[Argument]) -> Any:
        """:meth:`run` for an asynchronous client."""
        execute: Any = client.execute_command
        try:
            return await execute("EVALSHA", self.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await execute("EVAL", self.source, len(keys), *keys, *args)
