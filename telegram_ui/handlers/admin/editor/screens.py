"""Screens of the editor, read and drawn. Synchronous: run them in a database thread."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.queries.catalog import list_locations
from bookings.queries.look import one_look
from bookings.queries.users import company
from bookings.services.resources.reading import Row, bounds_of, facts_of, get_row, list_rows
from telegram_ui.callbacks import GoTo, Place, RowAct, RowsOf
from telegram_ui.editor.drafts import RowDraft
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Module
from telegram_ui.editor.modules import BY_CODE
from telegram_ui.handlers.admin.clashes import Stranded, stranding
from telegram_ui.keyboards import editor as keyboards
from telegram_ui.keyboards.rows import button
from telegram_ui.screen import Screen
from telegram_ui.stored_pictures import stored
from telegram_ui.turn import Outdated
from telegram_ui.views import editor as views
from telegram_ui.views.format import language, local_date, plain

T = TypeVar("T")

#: Rows of a page.
PAGE = 9


def module_of(code: str) -> Module:
    """Raises Outdated."""
    if code not in BY_CODE:
        raise Outdated
    return BY_CODE[code]


def field_of(module: Module, code: str) -> Field:
    """Raises Outdated."""
    field = module.field(code)
    if field is None:
        raise Outdated
    return field


def look_at(actor: Actor, module: Module, values: Mapping[str, Any] | None = None) -> Look:
    """With the names of everything that the module's rows refer to."""
    return looked(actor, module.targets(), values, needs=module.needs)


def looked(
    actor: Actor,
    targets: Iterable[str],
    values: Mapping[str, Any] | None = None,
    *,
    needs: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Look:
    """With the names of the rows of those modules, and what else is needed of them."""
    locations = list_locations()
    zone = locations[0].zone if locations else "UTC"
    facts = {
        code: facts_of(
            actor=actor,
            entity=BY_CODE[code].entity,
            attributes=(BY_CODE[code].titled, *needs.get(code, ())),
        )
        for code in targets
    }
    return Look(
        today=local_date(clock.now(), zone),
        zone=zone,
        currency=company().currency,
        options={
            code: {key: told[BY_CODE[code].titled] for key, told in known.items()} for code, known in facts.items()
        },
        archived={
            code: frozenset(key for key, told in known.items() if not told.get("is_active", True))
            for code, known in facts.items()
        },
        facts=facts,
        values=values or {},
    )


def asking(look: Look, module: Module, field: Field, tongue: str) -> Look:
    """For the question about ``field``."""
    tongue = (tongue or language()) if field.kind.in_tongues else ""
    bounds = bounds_of(module.entity, field.attributes[0])
    return replace(look, tongue=tongue, bounds=bounds)


def offering(actor: Actor, draft: RowDraft, look: Look, field: Field) -> Look:
    """Without what the list has already, for a field that is different in each row of a list."""
    module = draft.module
    if not field.once:
        return look
    where = {module.within: int(draft.parent)} if module.within and draft.parent.isdecimal() else {}
    known = list_rows(actor=actor, entity=module.entity, where=where, limit=500)
    taken = {row.values[field.attributes[0]] for row in known.rows}
    left = {key: name for key, name in look.options.get(field.kind.to, {}).items() if key not in taken}
    return replace(look, options={**look.options, field.kind.to: left})


def parent_name(module: Module, parent: str, look: Look) -> str:
    if module.of is not None:
        return module.of(parent)
    if not module.above:
        return ""
    names = look.options.get(module.above, {})
    if not parent.isdecimal() or int(parent) not in names:
        raise NotFound(f"There is no {module.above} with this id")
    return plain(names[int(parent)])


@one_look()
def rows_screen(actor: Actor, module: Module, parent: str, page: int) -> Screen:
    """Raises NotFound: what the list is of is gone. A page that is no more is the last one."""
    module.fill()
    look = look_at(actor, module)
    of = parent_name(module, parent, look)
    where = dict(module.where(look))
    if module.within:
        where[module.within] = int(parent) if parent.isdecimal() else parent
    found = list_rows(
        actor=actor, entity=module.entity, where=where, order=module.order, limit=PAGE, offset=page * PAGE
    )
    pages = max(-(-found.total // PAGE), 1)
    if page >= pages:
        return rows_screen(actor, module, parent, pages - 1)
    text = views.page(module, of=of, total=found.total, archived=sum(not row.is_active for row in found.rows))
    keyboard = keyboards.page(
        module, found.rows, look, parent=parent, page=page, pages=pages, back=_above(actor, module, parent)
    )
    return Screen(f"rows:{module.code}:{parent}:{page}", text, keyboard)


def _above(actor: Actor, module: Module, parent: str) -> Any:
    """Where Back leads from a list: to the card of what it is of, else to the menu of modules."""
    above = BY_CODE.get(module.above)
    if above is None:
        return button(keyboards.back_label(), GoTo(place=Place.MANAGE))
    if above.opens == module.code or not parent.isdecimal():
        return button(keyboards.back_label(), RowsOf(module=above.code))
    row = get_row(actor=actor, entity=above.entity, row_id=int(parent))
    return button(keyboards.back_label(), keyboards.opening(above, row))


@one_look()
def card_screen(actor: Actor, module: Module, row_id: int, page: int) -> tuple[Screen, Row]:
    module.fill()
    row = get_row(actor=actor, entity=module.entity, row_id=row_id)
    look = look_at(actor, module, row.values)
    keyboard = keyboards.card(
        module, row, fields=views.shown(module, row.values), page=page, single=module.single is not None
    )
    return Screen(f"row:{module.code}:{row_id}", views.card(module, row, look), keyboard), row


@one_look()
def question_screen(actor: Actor, module: Module, row_id: int, field: Field, tongue: str) -> tuple[Screen, Row]:
    row = get_row(actor=actor, entity=module.entity, row_id=row_id)
    look = asking(look_at(actor, module, row.values), module, field, tongue)
    text = views.question(module, field, look, name=module.name(row, look))
    value = field.of(row.values)
    return Screen(
        f"ask:{module.code}:{row_id}:{field.code}:{look.tongue}",
        text,
        keyboards.question(module, row, field, look),
        picture=stored(value) if field.kind.is_photo and value else None,
    ), row


@one_look()
def sure_screen(actor: Actor, module: Module, row_id: int, act: RowAct) -> Screen:
    """``act``: what the yes does."""
    row = get_row(actor=actor, entity=module.entity, row_id=row_id)
    look = look_at(actor, module, row.values)
    ask = views.ask_archive if act == RowAct.ARCHIVE else views.ask_delete
    return Screen(
        f"sure:{module.code}:{row_id}:{act.value}",
        ask(module, row, look),
        keyboards.sure(module, row, act=act),
        asks=True,
    )


@one_look()
def in_use_screen(actor: Actor, module: Module, row_id: int, used_by: Mapping[str, int]) -> Screen:
    row = get_row(actor=actor, entity=module.entity, row_id=row_id)
    look = look_at(actor, module, row.values)
    text = views.in_use(module, row, look, used_by)
    return Screen(f"used:{module.code}:{row_id}", text, keyboards.in_use(module, row))


@one_look()
def preview_screen(actor: Actor, module: Module, row_id: int) -> Screen:
    """Raises Outdated where the module has none."""
    if module.preview is None:
        raise Outdated
    row = get_row(actor=actor, entity=module.entity, row_id=row_id)
    return Screen(f"look:{module.code}:{row_id}", module.preview(row), keyboards.back_to(module, row))


@one_look()
def step_screen(actor: Actor, draft: RowDraft) -> Screen:
    """The question the draft is at, or its summary."""
    module, steps = draft.module, draft.steps(language())
    look = look_at(actor, module, draft.values)
    if draft.at >= len(steps):
        asked = list(dict.fromkeys(step.field.code for step in steps))
        fields = [field for field in module.fields if field.code in asked]
        return Screen(f"new:{draft.id}", views.summary(module, look, fields), keyboards.summary(draft.id, steps))
    step = steps[draft.at]
    look = offering(actor, draft, asking(look, module, step.field, step.tongue), step.field)
    text = views.question(
        module,
        step.field,
        look,
        name=views.making(module, parent_name(module, draft.parent, look)),
        step=views.step(draft.at + 1, len(steps)),
    )
    first = button(keyboards.back_label(), RowsOf(module=module.code, parent=draft.parent))
    keyboard = keyboards.step(draft.id, step.field, look, number=draft.at, may_skip=step.may_skip, first=first)
    return Screen(f"new:{draft.id}:{draft.at}", text, keyboard)


def changing(
    actor: Actor, module: Module, row_id: int, values: Mapping[str, Any], change: Callable[[], T]
) -> tuple[T, Stranded]:
    """Make the change of a row that has these ``values`` (0: it is being made), and find the visits it strands."""
    return stranding(actor, module.touches(row_id, values) if module.touches else None, change)
