"""SQLite under the data folder, or PostgreSQL by DATABASE_URL."""

from typing import Any

import dj_database_url

from booking_site.settings.base import ENV

_url = ENV.database_url or f"sqlite:///{ENV.data_dir / 'booking.sqlite3'}"
# Connections live as long as their thread; a health check on first use replaces one the server has closed.
_default: dict[str, Any] = dict(dj_database_url.parse(_url, conn_max_age=None, conn_health_checks=True))

if _default["ENGINE"] == "django.db.backends.sqlite3":
    _default["ENGINE"] = "booking_site.sqlite"  # a fair queue of writers; see docs/decisions/0020
    _default["OPTIONS"] = {
        # A read transaction that later writes fails with "database is locked" at once, whatever the timeout;
        # taking the write lock at BEGIN makes it wait its turn instead.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;"  # readers and the one writer do not block each other
            # A confirmed booking survives a power cut (booking_site.sqlite sees to it in blocks). Tests kill processes,
            # never the machine.
            f"PRAGMA synchronous={'OFF' if ENV.app_env == 'test' else 'FULL'};"
            "PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-20000;"
            "PRAGMA temp_store=MEMORY;"
        ),
    }
    # A file, not memory: races in the tests use real processes and real locks.
    _default["TEST"] = {"NAME": str(ENV.data_dir / "test.sqlite3")}

#: The server plans each of a booking's statements once for a connection instead of every time: a third of its work.
#: Behind a pooler that hands out connections by transaction, DATABASE_URL=…?prepare_threshold=none.
DATABASE_PREPARES = True

if _default["ENGINE"] == "django.db.backends.postgresql":
    _options = _default.setdefault("OPTIONS", {})
    DATABASE_PREPARES = _options.pop("prepare_threshold", None) != "none"
    _options["server_side_binding"] = True
    _options["prepare_threshold"] = None  # psycopg's own plans; see booking_site.lib.exchange

DATABASES = {"default": _default}
