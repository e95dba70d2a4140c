"""What the database itself refuses: overlapping allocations, endless allocations, seats beyond a session's capacity.

PostgreSQL gets exclusion constraints, SQLite gets triggers. Django rebuilds a SQLite table when a later migration
alters it, and the triggers go with the old table; so ``install`` may be run again at any time, and is, after each
``migrate``. Between a failed ``migrate`` and the next good one the seat triggers may be missing on SQLite; the unique
seat and the service that counts seats still hold then.

The look-up on SQLite has a lower bound on ``starts_at``: an allocation lasts a day at most (which is refused
otherwise), so one that began more than a day before cannot reach into the new one. Without the bound, every insert
would walk the resource's whole history.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

#: A service lasts 12 h and each buffer 4 h at most; instants are UTC, so days have 24 h.
MAX_ALLOCATION_HOURS = 24

OVERLAP = "allocation_overlap"
TOO_LONG = "allocation_too_long"
SEAT_OVER_CAPACITY = "seat_over_capacity"

EXCLUSIONS = {
    "specialist_id": "allocation_specialist_overlap",
    "room_id": "allocation_room_overlap",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing; needs the tables of the first migration."""
    _run(connection, _POSTGRES if connection.vendor == "postgresql" else _sqlite())


def remove(connection: BaseDatabaseWrapper) -> None:
    """Undo ``install``."""
    _run(connection, _POSTGRES_UNDO if connection.vendor == "postgresql" else _sqlite_undo())


def before_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receiver of ``pre_migrate``: SQLite cannot rebuild a table that another table's trigger reads."""
    if connections[using].vendor == "sqlite":
        _run(connections[using], [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE_ACROSS_TABLES])


def after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``: bring back what a rebuilt table has lost."""
    if ("bookings", "0002_allocation_guard") in MigrationRecorder(connections[using]).applied_migrations():
        install(connections[using])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite() -> list[str]:
    statements = []
    for column in EXCLUSIONS:
        overlap = f"""
            SELECT 1 FROM bookings_allocation AS other
            WHERE other.{column} = NEW.{column}
              AND other.starts_at < NEW.ends_at
              AND other.starts_at >= strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '-{MAX_ALLOCATION_HOURS} hours')
              AND other.ends_at > NEW.starts_at
        """
        # A BEFORE INSERT trigger does not know the new row's id yet; an update must not collide with itself.
        statements += [
            _sqlite_trigger(f"allocation_{column}_insert", "INSERT", column, f"EXISTS ({overlap})"),
            _sqlite_trigger(
                f"allocation_{column}_update", "UPDATE", column, f"EXISTS ({overlap} AND other.id <> OLD.id)"
            ),
        ]
    for event in ("INSERT", "UPDATE"):
        statements.append(f"""
            CREATE TRIGGER IF NOT EXISTS allocation_span_{event.lower()} BEFORE {event} ON bookings_allocation
            WHEN NEW.ends_at > strftime('%Y-%m-%d %H:%M:%S', NEW.starts_at, '+{MAX_ALLOCATION_HOURS} hours')
            BEGIN SELECT RAISE(ABORT, '{TOO_LONG}'); END
        """)
        statements.append(f"""
            CREATE TRIGGER IF NOT EXISTS item_seat_{event.lower()} BEFORE {event} ON bookings_bookingitem
            WHEN NEW.seat IS NOT NULL
             AND NEW.seat > (SELECT capacity FROM bookings_groupsession WHERE id = NEW.session_id)
            BEGIN SELECT RAISE(ABORT, '{SEAT_OVER_CAPACITY}'); END
        """)
    statements.append(f"""
        CREATE TRIGGER IF NOT EXISTS session_capacity_update BEFORE UPDATE OF capacity ON bookings_groupsession
        WHEN EXISTS (SELECT 1 FROM bookings_bookingitem WHERE session_id = NEW.id AND seat > NEW.capacity)
        BEGIN SELECT RAISE(ABORT, '{SEAT_OVER_CAPACITY}'); END
    """)
    return statements


def _sqlite_trigger(name: str, event: str, column: str, condition: str) -> str:
    return f"""
        CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON bookings_allocation
        WHEN NEW.{column} IS NOT NULL AND {condition}
        BEGIN SELECT RAISE(ABORT, '{OVERLAP}'); END
    """


_SQLITE_ACROSS_TABLES = ("item_seat_insert", "item_seat_update", "session_capacity_update")


def _sqlite_undo() -> list[str]:
    kinds = ("allocation_span", *(f"allocation_{column}" for column in EXCLUSIONS))
    names = [f"{kind}_{event}" for kind in kinds for event in ("insert", "update")]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in [*names, *_SQLITE_ACROSS_TABLES]]


def _postgres_constraint(name: str, definition: str) -> str:
    # ADD CONSTRAINT has no IF NOT EXISTS.
    return f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_constraint
                           WHERE conname = '{name}' AND conrelid = 'bookings_allocation'::regclass) THEN
                ALTER TABLE bookings_allocation ADD CONSTRAINT {name} {definition};
            END IF;
        END $$
    """


_POSTGRES = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    *(
        _postgres_constraint(
            name,
            f"EXCLUDE USING gist ({column} WITH =, tstzrange(starts_at, ends_at) WITH &&)"
            f" WHERE ({column} IS NOT NULL)",
        )
        for column, name in EXCLUSIONS.items()
    ),
    _postgres_constraint(TOO_LONG, f"CHECK (ends_at - starts_at <= interval '{MAX_ALLOCATION_HOURS} hours')"),
    f"""
        CREATE OR REPLACE FUNCTION bookings_check_seat() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.seat > (SELECT capacity FROM bookings_groupsession WHERE id = NEW.session_id) THEN
                RAISE check_violation USING MESSAGE = '{SEAT_OVER_CAPACITY}', CONSTRAINT = '{SEAT_OVER_CAPACITY}';
            END IF;
            RETURN NEW;
        END $$
    """,
    f"""
        CREATE OR REPLACE FUNCTION bookings_check_capacity() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (SELECT 1 FROM bookings_bookingitem WHERE session_id = NEW.id AND seat > NEW.capacity) THEN
                RAISE check_violation USING MESSAGE = '{SEAT_OVER_CAPACITY}', CONSTRAINT = '{SEAT_OVER_CAPACITY}';
            END IF;
            RETURN NEW;
        END $$
    """,
    """
        CREATE OR REPLACE TRIGGER item_seat BEFORE INSERT OR UPDATE ON bookings_bookingitem
        FOR EACH ROW WHEN (NEW.seat IS NOT NULL) EXECUTE FUNCTION bookings_check_seat()
    """,
    """
        CREATE OR REPLACE TRIGGER session_capacity BEFORE UPDATE OF capacity ON bookings_groupsession
        FOR EACH ROW EXECUTE FUNCTION bookings_check_capacity()
    """,
]

_POSTGRES_UNDO = [
    "DROP TRIGGER IF EXISTS item_seat ON bookings_bookingitem",
    "DROP TRIGGER IF EXISTS session_capacity ON bookings_groupsession",
    "DROP FUNCTION IF EXISTS bookings_check_seat()",
    "DROP FUNCTION IF EXISTS bookings_check_capacity()",
    *(
        f"ALTER TABLE bookings_allocation DROP CONSTRAINT IF EXISTS {name}"
        for name in (*EXCLUSIONS.values(), TOO_LONG)
    ),
]
