"""The table of settings, whole: one row for each thing somebody can be told, by channel."""

from notifications.events import Channel
from notifications.models import NotificationSetting
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
