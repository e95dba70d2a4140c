"""What the team has noted about a client."""

from collections.abc import Sequence
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import NoteCard
from telegram_ui.views.format import bold, short

#: Notes under a card: more of them, or longer ones, would push the visit off the screen.
SHOWN = 5


def lines(notes: Sequence[NoteCard], reader_id: int, *, limit: int) -> list[str]:
    """A line each, of at most ``limit`` letters; others' with who wrote them."""
    found = []
    for note in notes[:SHOWN]:
        who = "" if note.author_id == reader_id else f"<i>{escape(short(note.author_name), quote=False)}:</i> "
        found.append(f"📝 {who}{escape(short(note.text, limit), quote=False)}")
    return found


def ask(name: str, own: NoteCard | None) -> str:
    head = bold(_("Note on %(name)s") % {"name": escape(name, quote=False)})
    now = f"\n\n📝 {escape(own.text, quote=False)}" if own else ""
    text = _("Type the note in one message; the client never sees it.")
    again = _("Type it anew to change it; the client never sees it.")
    return f"{head}{now}\n\n{again if own else text}"


def saved() -> str:
    return _("The note is saved.")


def removed() -> str:
    return _("The note is removed.")
