"""Buttons of the editor."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.conf import settings
from django.utils.translation import gettext as _

from bookings.services.resources.reading import Row as DataRow
from telegram_ui.callbacks import (
    AskField,
    GoTo,
    NewAct,
    NewRow,
    OnNew,
    OnRow,
    PickNew,
    Place,
    RowAct,
    RowsOf,
    SetField,
)
from telegram_ui.editor.drafts import Step
from telegram_ui.editor.kinds import Option, in_tongue
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Link, Module
from telegram_ui.keyboards.rows import Row, button, fitted, in_rows, markup, menu_button
from telegram_ui.views.format import language, short
from telegram_ui.views.home import LANGUAGE_NAMES

#: Letters of a row's name on a button of its own.
_NAME = 34
#: What clears a value; no option has this code.
NOTHING = "none"


def back_label() -> str:
    return _("‹ Back")


def page(
    module: Module,
    rows: Sequence[DataRow],
    look: Look,
    *,
    parent: str,
    page: int,
    pages: int,
    back: InlineKeyboardButton,
) -> InlineKeyboardMarkup:
    buttons = [
        button(short(_marked(row, module.in_list(row, look)), _NAME), _opening(module, row)) for row in rows
    ]
    leaf: Row = []
    if pages > 1:
        leaf = [
            button("‹", RowsOf(module=module.code, parent=parent, page=(page - 1) % pages)),
            button(f"{page + 1} / {pages}", RowsOf(module=module.code, parent=parent, page=page)),
            button("›", RowsOf(module=module.code, parent=parent, page=(page + 1) % pages)),
        ]
    add = [button(str(module.new), NewRow(module=module.code, parent=parent))] if module.new else []
    beside = [_link(link, None) for link in module.beside]
    return markup([[one] for one in buttons], [leaf, add], in_rows(beside, 2), [[back, menu_button()]])


def _opening(module: Module, row: DataRow) -> RowsOf | OnRow:
    if module.opens:
        return RowsOf(module=module.opens, parent=module.key(row))
    return opening(module, row)


def opening(module: Module, row: DataRow) -> OnRow:
    return OnRow(module=module.code, row_id=row.id, act=RowAct.OPEN, mark=row.mark())


def _marked(row: DataRow, label: str) -> str:
    return label if row.is_active else f"🗄 {label}"


def _link(link: Link, row: DataRow | None) -> InlineKeyboardButton:
    if link.data is not None and row is not None:
        return button(str(link.label), link.data(row))
    return button(str(link.label), RowsOf(module=link.module, parent=str(row.id) if row else ""))


def card(
    module: Module, row: DataRow, *, fields: Sequence[Field], page: int, single: bool
) -> InlineKeyboardMarkup:
    """``single``: there is one such row, so nothing to archive and no list to go back to."""
    edits = [_edit(module, row, field) for field in fields if not field.fixed]
    links = [_link(link, row) for link in module.links if link.data is None or link.data(row) is not None]
    links += [_link(link, None) for link in module.beside] if single else []
    if module.preview:
        links.append(_act(module, row, RowAct.PREVIEW, _("👁 Preview")))
    back = (
        button(back_label(), RowsOf(module=module.above) if module.above else GoTo(place=Place.MANAGE))
        if single
        else button(back_label(), RowsOf(module=module.code, parent=module.parent_of(row.values), page=page))
    )
    return markup(
        in_rows(edits, 2), in_rows(links, 2), [[] if single else _ends(module, row), [back, menu_button()]]
    )


def _edit(module: Module, row: DataRow, field: Field) -> InlineKeyboardButton:
    if not field.kind.is_switch:
        return button(str(field.label), AskField(module=module.code, row_id=row.id, field=field.code))
    on = bool(field.of(row.values))
    return button(
        f"{'✅' if on else '⬜️'} {field.label}",
        SetField(
            module=module.code, row_id=row.id, field=field.code, code="0" if on else "1",
            mark=row.mark(field.attributes),
        ),
    )  # fmt: skip


def _ends(module: Module, row: DataRow) -> Row:
    if not module.new:
        return []
    ends: Row = []
    if module.entity.can_be_archived and row.is_active:
        ends.append(_act(module, row, RowAct.ASK_ARCHIVE, _("🗄 Archive")))
    elif module.entity.can_be_archived:
        ends.append(_act(module, row, RowAct.RESTORE, _("♻️ Offer again")))
    return [*ends, _act(module, row, RowAct.ASK_DELETE, _("🗑 Delete"))]


def _act(module: Module, row: DataRow, act: RowAct, text: str) -> InlineKeyboardButton:
    return button(text, OnRow(module=module.code, row_id=row.id, act=act, mark=row.mark()))


def sure(module: Module, row: DataRow, *, act: RowAct) -> InlineKeyboardMarkup:
    """``act``: what the yes does."""
    yes = _("Yes, archive") if act == RowAct.ARCHIVE else _("Yes, delete")
    return markup(
        [[_act(module, row, act, yes)], [button(_("No, keep it"), opening(module, row))]],
    )


def in_use(module: Module, row: DataRow) -> InlineKeyboardMarkup:
    archive = [_act(module, row, RowAct.ARCHIVE, _("🗄 Archive"))] if row.is_active else []
    if not module.entity.can_be_archived:
        archive = []
    return markup([archive, [button(back_label(), opening(module, row)), menu_button()]])


def back_to(module: Module, row: DataRow) -> InlineKeyboardMarkup:
    return markup([[button(back_label(), opening(module, row)), menu_button()]])


def question(module: Module, row: DataRow, field: Field, look: Look) -> InlineKeyboardMarkup:
    value = field.of(row.values)

    def picked(code: str, label: str) -> InlineKeyboardButton:
        data = SetField(
            module=module.code, row_id=row.id, field=field.code, code=code, mark=row.mark(field.attributes)
        )
        return button(label, data)

    options = [picked(option.code, ticked(field, option)) for option in field.kind.options(value, look)]
    clear: Row = []
    if field.none and not field.kind.in_tongues and value not in (None, "", []):
        clear = [picked(NOTHING, f"✖️ {field.none}" if says_something(field) else _("✖️ Clear"))]
    elif field.none and field.kind.in_tongues and in_tongue(value, look.tongue):
        clear = [picked(f"{NOTHING}_{look.tongue}", _("✖️ Clear"))]
    done = (
        button(_("Done"), opening(module, row)) if field.kind.many else button(back_label(), opening(module, row))
    )
    return markup(fitted(options), [clear, _tongues(module, row, field, look), [done, menu_button()]])


def _tongues(module: Module, row: DataRow, field: Field, look: Look) -> Row:
    """The question in the other languages."""
    if not field.kind.in_tongues:
        return []
    return [
        button(
            f"🌐 {LANGUAGE_NAMES[code]}",
            AskField(module=module.code, row_id=row.id, field=field.code, tongue=code),
        )
        for code, _name in settings.LANGUAGES
        if code != look.tongue
    ]


def ticked(field: Field, option: Option) -> str:
    if field.kind.many:
        return f"{'✅' if option.chosen else '⬜️'} {option.label}"
    return f"• {option.label}" if option.chosen else option.label


def says_something(field: Field) -> bool:
    """Whether to have no value means more than that there is none."""
    return bool(field.none) and str(field.none) != _("none")


def step(
    draft: str, field: Field, look: Look, *, number: int, may_skip: bool, first: InlineKeyboardButton
) -> InlineKeyboardMarkup:
    """A question about a row that is being made; ``first``: where Back leads from the first of them."""
    value = field.of(look.values)
    options = [
        button(ticked(field, option), PickNew(draft=draft, field=field.code, code=option.code))
        for option in field.kind.options(value, look)
    ]
    on: Row = []
    if may_skip:
        answered = in_tongue(value, look.tongue) if look.tongue else value not in (None, "", [])
        nothing = str(field.none) if says_something(field) and look.tongue in ("", language()) else _("Skip")
        text = _("Next ›") if field.kind.many or answered else nothing
        on = [button(text, OnNew(draft=draft, act=NewAct.NEXT, step=number))]
    back = button(back_label(), OnNew(draft=draft, act=NewAct.BACK, step=number)) if number else first
    return markup(fitted(options), [on, [back, menu_button()]])


def summary(draft: str, steps: Sequence[Step]) -> InlineKeyboardMarkup:
    """Each answer can be given anew without going through the others."""
    last = len(steps)
    fixes = [
        button(f"✏️ {step.field.label}", OnNew(draft=draft, act=NewAct.FIX, step=number))
        for number, step in enumerate(steps)
        if number == 0 or steps[number - 1].field is not step.field
    ]
    save = button(_("✅ Save"), OnNew(draft=draft, act=NewAct.SAVE, step=last))
    back = button(back_label(), OnNew(draft=draft, act=NewAct.BACK, step=last))
    return markup([[save]], in_rows(fixes, 2), [[back, menu_button()]])
