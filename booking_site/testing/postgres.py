"""Run a command with a PostgreSQL server: the one of DATABASE_URL, or a throw-away one from installed binaries.

``python -m booking_site.testing.postgres COMMAND…`` gives the command a ``DATABASE_URL`` and returns its status.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from booking_site.supervisor.ports import free_port

# Where distributions put them when they are not on PATH.
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
)
NOT_FOUND = (
    "DATABASE_URL: not set, and no PostgreSQL is installed; apt install postgresql, or point it at a server"
)


class NoPostgres(Exception):
    """There is nothing to start; the message is one line for a person."""


def find_binaries() -> Path:
    """Folder with ``initdb`` and ``postgres``; the newest where there are several.

    Raises:
        NoPostgres: there is none.
    """
    found = [folder for pattern in _PLACES for folder in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    complete = [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if not complete:
        raise NoPostgres(NOT_FOUND)
    return max(complete, key=_version)


def _version(folder: Path) -> tuple[int, ...]:
    said = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    ).stdout
    number = said.split()[2] if len(said.split()) > 2 else "0"  # noqa: PLR2004
    return tuple(int(part) for part in number.split(".") if part.isdigit())


def _run_as() -> tuple[list[str], int | None]:
    """Initdb refuses root: then the server runs as ``postgres`` or ``nobody``, and its folder belongs to that user."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        runner = shutil.which("runuser") or shutil.which("su")
        if runner and runner.endswith("runuser"):
            return [runner, "-u", name, "--"], account.pw_uid
        setpriv = shutil.which("setpriv")
        if setpriv:
            return [setpriv, f"--reuid={name}", f"--regid={account.pw_gid}", "--clear-groups"], account.pw_uid
    raise NoPostgres(
        "PostgreSQL does not run as root, and there is neither runuser nor setpriv to change the user"
    )


@contextmanager
def throwaway_server(*, durable: bool = False) -> Iterator[str]:
    """A server in a temporary folder on a free port of loopback; yields its URL.

    ``durable`` keeps fsync on, as a measurement wants it; the tests do without.

    Raises:
        NoPostgres: nothing to start it with, or it did not start.
    """
    binaries = find_binaries()
    prefix, uid = _run_as()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="booking-pg-") as name:
        folder = Path(name)
        if uid is not None:
            os.chown(folder, uid, -1)
        data = folder / "data"
        made = subprocess.run(
            [*prefix, str(binaries / "initdb"), "-D", str(data), "-U", "booking", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"],
            cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode != 0:
            raise NoPostgres(f"initdb failed: {(made.stderr.strip().splitlines() or ['no reason given'])[-1]}")
        options = (
            [] if durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        )
        server = subprocess.Popen(
            [*prefix, str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
             "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", *options],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            _wait_until_ready(server)
            yield f"postgres://booking@127.0.0.1:{port}/postgres"
        finally:
            # SIGINT is PostgreSQL's fast shutdown; runuser passes no signals on, so the whole group gets it.
            os.killpg(server.pid, signal.SIGINT)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _wait_until_ready(server: "subprocess.Popen[str]") -> None:
    said = []
    for line in server.stderr or ():
        said.append(line.strip())
        if "ready to accept connections" in line:
            # Read on, or the server would stop when the pipe is full of its log.
            threading.Thread(target=deque, args=(server.stderr, 0), daemon=True).start()
            return
    server.wait()
    raise NoPostgres(f"PostgreSQL did not start: {(said or ['no reason given'])[-1]}")


def main(command: list[str]) -> int:
    """Run ``command`` with DATABASE_URL set. Returns its exit status, 1 when there is no server to be had."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode
    try:
        with throwaway_server() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    except NoPostgres as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command-line tool
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
