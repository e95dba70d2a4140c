"""Work that was given up, as admins read it."""

from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _, ngettext

from notifications.events import LetterState
from notifications.letters import LetterCard, Requeued
from telegram_ui.views.format import bold, near_moment, short

#: Letters of an error in a list, and on its card.
_EXCERPT, _WHOLE = 90, 900


def count(letters: int) -> str:
    return ngettext("%(count)d letter", "%(count)d letters", letters) % {"count": letters}


def page(letters: Sequence[LetterCard], total: int, zone: str, today: date) -> str:
    head = bold(_("Dead letters"))
    if not letters:
        return f"{head}\n\n" + _("Nothing was given up. All is well.")
    about = _("Work that failed again and again, and waits for a decision: %(count)s.") % {"count": count(total)}
    lines = [f"{number}. {_line(letter, zone, today)}" for number, letter in enumerate(letters, start=1)]
    return f"{head}\n\n{about}\n\n" + "\n\n".join(lines)


def _line(letter: LetterCard, zone: str, today: date) -> str:
    when = near_moment(letter.created_at, zone, today)
    return f"<b>{when}</b> {escape(letter.task, quote=False)}\n{_error(letter, _EXCERPT)}"


def _error(letter: LetterCard, limit: int) -> str:
    return f"<code>{escape(short(' '.join(letter.error.split()), limit), quote=False)}</code>"


def card(letter: LetterCard, zone: str, today: date) -> str:
    states = {
        LetterState.OPEN: _("⏳ waits for a decision"),
        LetterState.REQUEUED: _("🔁 given back to work"),
        LetterState.DISCARDED: _("🗑 closed without repeating"),
    }
    lines = [
        f"<b>#{letter.id}</b> {escape(letter.task, quote=False)}",
        near_moment(letter.created_at, zone, today),
        _("Source: %(source)s") % {"source": escape(letter.source, quote=False)},
        _("Attempts: %(count)d") % {"count": letter.attempts},
        _("Trace: %(trace)s") % {"trace": f"<code>{escape(letter.trace_id, quote=False)}</code>"},
        "",
        _error(letter, _WHOLE),
        "",
        states[letter.state],
    ]
    return "\n".join(lines)


def ask_discard(letter: LetterCard) -> str:
    head = bold(_("Close letter #%(number)d?") % {"number": letter.id})
    return f"{head}\n\n{_error(letter, _EXCERPT)}\n\n" + _("Its work will not be done again.")


def ask_all(total: int) -> str:
    head = bold(_("Give all back to work?"))
    return f"{head}\n\n" + _("That is %(count)s; what fails again comes back here.") % {"count": count(total)}


def requeued() -> str:
    return _("Given back to work.")


def discarded() -> str:
    return _("Closed.")


def settled(state: str) -> str:
    """Somebody was faster."""
    if state == LetterState.DISCARDED:
        return _("This letter was closed before.")
    return _("This letter was given back before.")


def not_taken(why: str) -> str:
    return _("It was not taken back: %(why)s") % {"why": short(why, 120)}


def all_requeued(found: Requeued) -> str:
    said = _("Given back: %(count)d.") % {"count": found.done}
    return f"{said} " + _("Not taken back: %(count)d.") % {"count": found.refused} if found.refused else said
