"""The table of settings, whole: one row for each thing somebody can be told, by channel."""

from django.db.models import Min

from notifications.events import Channel
from notifications.models import NotificationPolicy, NotificationSetting
from notifications.recipients import TABLE

#: Channels by which people are reached.
PERSONAL = (Channel.TELEGRAM, Channel.PUSH, Channel.EMAIL)


def cells() -> list[tuple[str, str]]:
    """Every (event, role) that the table of recipients knows, in its order."""
    found = [(str(kind), str(role)) for (kind, _by), row in TABLE.items() for role in row]
    return list(dict.fromkeys(found))


def template_of(kind: str, role: str) -> str:
    """The built-in text of a cell: the one of the first row that has it."""
    for (known, _by), row in TABLE.items():
        for reader, cell in row.items():
            if (known, reader) == (kind, role):
                return cell if isinstance(cell, str) else cell.text
    raise KeyError((kind, role))


def first_rows() -> tuple[int, ...]:
    """The id of one row for each event, in the order of the events."""
    found = NotificationSetting.objects.order_by().values("kind").annotate(first=Min("pk"))
    return tuple(row["first"] for row in found.order_by("first"))


def ensure_policy() -> None:
    """Give the company its policy, with the defaults, where it has none."""
    NotificationPolicy.objects.current()


def ensure_rows() -> None:
    """Give every cell its row, so that it can be seen and changed; what is there stays as it is."""
    NotificationSetting.objects.bulk_create(
        [
            NotificationSetting(kind=kind, role=role, channel=channel)
            for kind, role in cells()
            for channel in PERSONAL
        ],
        ignore_conflicts=True,
    )
