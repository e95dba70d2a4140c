"""A migrated SQLite file, of which each process of the tests gets a copy: to migrate takes longer than hundreds of tests."""

import fcntl
import hashlib
import shutil
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from booking_site.env import BASE_DIR


def copy_to(target: Path) -> None:
    """Put a migrated database at ``target``. It is made by whoever comes first after the migrations have changed, while
    the others wait.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    template = settings.ENV.data_dir / f"migrated-{_fingerprint()}.sqlite3"
    with template.with_name("migrated.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for older in template.parent.glob("migrated-*"):
                older.unlink()
            _migrate(template)
        for path in (target, *_beside(target)):
            path.unlink(missing_ok=True)
        shutil.copyfile(template, target)


def _fingerprint() -> str:
    """Of all that decides what the tables are like."""
    content = hashlib.sha256(django.get_version().encode())
    for path in (*sorted(BASE_DIR.glob("*/migrations/*.py")), BASE_DIR / "bookings" / "database_guard.py"):
        content.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _migrate(template: Path) -> None:
    draft, usual = template.with_suffix(".draft"), connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(draft)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()  # and what is in the log is in the file
        connection.settings_dict["NAME"] = usual
    draft.replace(template)


def _beside(database: Path) -> list[Path]:
    return [Path(f"{database}-{ending}") for ending in ("wal", "shm")]
