"""Screens of the editor: lists, cards, questions. Everything that people wrote is escaped by the kind that shows it."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext as _, ngettext

from bookings.services.resources.reading import Row
from telegram_ui.editor.kinds import in_tongue
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Module
from telegram_ui.views.format import bold, language
from telegram_ui.views.home import LANGUAGE_NAMES


def title(module: Module) -> str:
    return f"{module.emoji} {bold(escape(str(module.title), quote=False))}"


def page(module: Module, *, of: str, total: int, archived: int) -> str:
    """``of``: the name of what the list belongs to."""
    head = title(module) + (f"\n{escape(of, quote=False)}" if of else "")
    if not total:
        return f"{head}\n\n{module.none}"
    parts = [head, str(module.about)]
    if archived:
        parts.append(_("🗄 marks what is archived: kept, not offered."))
    return "\n\n".join(part for part in parts if part)


def card(module: Module, row: Row, look: Look) -> str:
    head = f"{module.emoji} {bold(escape(module.name(row, look), quote=False))}"
    lines = [_line(field, look) for field in shown(module, row.values)]
    parts = [head, "\n".join(lines)]
    if not row.is_active:
        parts.insert(1, _("🗄 Archived: it is kept, and not offered."))
    parts += [note for note in module.notes(row, look) if note]
    return "\n\n".join(parts)


def shown(module: Module, values: Mapping[str, Any]) -> list[Field]:
    return [field for field in module.fields if field.fits(values)]


def _line(field: Field, look: Look) -> str:
    if field.code == "name" and field.kind.in_tongues:
        # The name itself is the headline.
        other = other_tongue(language())
        text = in_tongue(field.of(look.values), other)
        return f"{LANGUAGE_NAMES[other]}: {escape(text, quote=False) or '—'}"
    return _summed(field, look)


def question(module: Module, field: Field, look: Look, *, name: str, step: str = "") -> str:
    """``name``: of the row, plain; ``step``: “2 of 4” while one is being made."""
    head = f"{module.emoji} {bold(escape(name, quote=False))}" + (f" · {step}" if step else "")
    value = field.of(look.values)
    label = str(field.label)
    if field.kind.in_tongues:
        label = f"{label} ({LANGUAGE_NAMES[look.tongue]})"
        now = escape(in_tongue(value, look.tongue), quote=False)
    elif field.kind.many:
        now = ""
    else:
        now = field.kind.show(value, look)
    lines = [f"{label}: {now}" if now else label]
    if field.hint:
        lines.append(escape(str(field.hint), quote=False))
    return f"{head}\n\n" + "\n".join(lines) + f"\n\n{field.kind.ask(look)}"


def summary(module: Module, look: Look, asked: Sequence[Field]) -> str:
    lines = "\n".join(line for field in asked for line in (_summed(field, look), *_others(field, look)))
    return f"{module.emoji} " + bold(_("Is this right?")) + f"\n\n{lines}"


def _others(field: Field, look: Look) -> list[str]:
    """A text in the language that is not the reader's, where there is one."""
    other = other_tongue(language())
    text = in_tongue(field.of(look.values), other) if field.kind.in_tongues else ""
    return [f"{field.label} ({LANGUAGE_NAMES[other]}): {escape(text, quote=False)}"] if text else []


def _summed(field: Field, look: Look) -> str:
    value = field.kind.show(field.of(look.values), look) or f"<i>{field.none or '—'}</i>"
    return f"{field.label}: {value}"


def step(number: int, of: int) -> str:
    return _("%(number)d of %(total)d") % {"number": number, "total": of}


def ask_archive(module: Module, row: Row, look: Look) -> str:
    head = bold(_("Archive “%(name)s”?") % {"name": escape(module.name(row, look), quote=False)})
    usual = _("It is not offered any more. Visits that are booked stay, and you can bring it back.")
    return f"{head}\n\n{module.leaving or usual}"


def ask_delete(module: Module, row: Row, look: Look) -> str:
    head = bold(_("Delete “%(name)s”?") % {"name": escape(module.name(row, look), quote=False)})
    return f"{head}\n\n" + _("It is gone for good.")


def in_use(module: Module, row: Row, look: Look, used_by: Mapping[str, int]) -> str:
    head = bold(_("“%(name)s” can't be deleted.") % {"name": escape(module.name(row, look), quote=False)})
    lines = "\n".join(f"• {_uses(name, count)}" for name, count in used_by.items())
    text = f"{head}\n\n" + _("It is needed by:") + f"\n{lines}"
    if module.entity.can_be_archived and row.is_active:
        text += "\n\n" + _("Archive it instead: then it is not offered any more.")
    return text


def _uses(name: str, count: int) -> str:
    known = {
        "booking": ngettext("%(count)d visit", "%(count)d visits", count),
        "booking_item": ngettext("%(count)d booked service", "%(count)d booked services", count),
        "allocation": ngettext("%(count)d entry of the calendar", "%(count)d entries of the calendar", count),
        "group_session": ngettext("%(count)d class", "%(count)d classes", count),
        "service": ngettext("%(count)d service", "%(count)d services", count),
        "room": ngettext("%(count)d room", "%(count)d rooms", count),
        "waitlist_item": ngettext("%(count)d wish on the waitlist", "%(count)d wishes on the waitlist", count),
        "waitlist_entry": ngettext("%(count)d place on the waitlist", "%(count)d places on the waitlist", count),
        "promotion_use": ngettext("%(count)d use of it", "%(count)d uses of it", count),
        "booking_series": ngettext("%(count)d series of visits", "%(count)d series of visits", count),
    }
    other = ngettext("%(count)d other record", "%(count)d other records", count)
    return known.get(name, other) % {"count": count}


def making(module: Module, of: str) -> str:
    """“New service”, plain; ``of``: what it is to belong to."""
    name = str(module.new).removeprefix("➕").strip()
    return f"{name} · {of}" if of else name


def added(module: Module) -> str:
    return str(module.added) if module.added else _("Added.")


def press_save() -> str:
    return _("Press “Save”, or go back to change something.")


def other_tongue(tongue: str) -> str:
    """The language that is not ``tongue``."""
    return next(code for code in LANGUAGE_NAMES if code != tongue)


def saved() -> str:
    return _("Saved.")


def archived() -> str:
    return _("Archived.")


def restored() -> str:
    return _("Offered again.")


def deleted() -> str:
    return _("Deleted.")


def gone() -> str:
    return _("It is not there any more.")


def changed() -> str:
    return _("Somebody has changed this in the meantime. Here it is as it is now.")


def no_such_row() -> str:
    return _("There is none with that name here. Press a button of the list.")


def press_a_button() -> str:
    return _("Press a button: what would you like to change?")


def also_in_other() -> str:
    """After a text was saved in one language."""
    return _("Saved. Would you change it in the other language, too?")


def unfinished() -> str:
    """A button of something that was being made, and is not any more."""
    return _("That was not finished in time. Please start again.")


def wrong(module: Module, said: Mapping[str, Sequence[str]]) -> str:
    """Sentences of the checks, each with the field it is about."""
    labels = {name: str(field.label) for field in module.fields for name in field.attributes}
    told = []
    for name, sentences in said.items():
        text = " ".join(sentences)
        told.append(f"{labels[name]}: {text}" if name in labels else text)
    return escape("\n".join(told), quote=False)
