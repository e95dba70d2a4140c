"""A new row: its fields are asked for one by one, shown together, and saved once."""

from dataclasses import replace
from functools import partial

from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.writing import check_answers, create
from telegram_ui.callbacks import NewAct, NewRow, OnNew, PickNew
from telegram_ui.editor.drafts import RowDraft, Step, new_row_draft
from telegram_ui.editor.kinds import NotUnderstood
from telegram_ui.handlers.admin.editor import screens
from telegram_ui.handlers.admin.editor.asking import said, typed
from telegram_ui.handlers.admin.editor.showing import place, show_card, show_changed, show_gone, show_rows
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.states import Editing
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import editor as views
from telegram_ui.views.format import language


async def on_new(_query: CallbackQuery, callback_data: NewRow, turn: Turn) -> None:
    require_admin(turn)
    module = screens.module_of(callback_data.module)
    if not module.new:
        raise Outdated
    await show_step(turn, new_row_draft(module, callback_data.parent))


async def show_step(turn: Turn, draft: RowDraft, *, toast: str = "") -> None:
    try:
        screen = await turn.run(screens.step_screen, turn.actor, draft)
    except NotFound:  # what it was to belong to
        await show_gone(turn, draft.module)
        return
    await turn.keep(at=Editing.new, form=draft.to_data())
    await turn.show(screen, toast=toast)


async def show_new(turn: Turn, *, toast: str) -> bool:
    """The step that something being made is at; ``False`` where nothing is."""
    draft = RowDraft.from_data(await place(turn))
    if draft is None:
        return False
    await show_step(turn, draft, toast=toast)
    return True


async def _draft(turn: Turn, draft_id: str) -> RowDraft:
    """The draft that a button belongs to. Raises Outdated."""
    draft = RowDraft.from_data(await place(turn))
    if draft is None or draft.id != draft_id:
        raise Outdated(views.unfinished())
    return draft


def _step_of(draft: RowDraft) -> Step | None:
    """The question the draft is at; ``None`` at the summary."""
    steps = draft.steps(language())
    return steps[draft.at] if draft.at < len(steps) else None


async def typed_new(turn: Turn, text: str) -> None:
    require_admin(turn)
    draft = RowDraft.from_data(await place(turn))
    if draft is None:
        raise Outdated(views.unfinished())
    step = _step_of(draft)
    if step is None:
        await show_step(turn, draft, toast=views.press_save())
        return
    try:
        answered = await turn.run(_answered, turn.actor, draft, step, typed(turn, step.field, text), is_typed=True)
    except NotUnderstood as error:
        await show_step(turn, draft, toast=error.text)
        return
    await show_step(turn, answered)


async def placed_new(turn: Turn, latitude: float, longitude: float) -> bool:
    """As ``placed_value`` of a row that is there."""
    draft = RowDraft.from_data(await place(turn)) if turn.is_admin else None
    step = _step_of(draft) if draft else None
    if step is None or not step.field.kind.is_place:
        return False
    await typed_new(turn, f"{latitude}, {longitude}")
    return True


async def on_pick(_query: CallbackQuery, callback_data: PickNew, turn: Turn) -> None:
    """A button of a step that is behind by now changes nothing: the step that is open shows itself."""
    require_admin(turn)
    draft = await _draft(turn, callback_data.draft)
    step = _step_of(draft)
    if step is None or step.field.code != callback_data.field:
        await show_step(turn, draft)
        return
    try:
        answered = await turn.run(_answered, turn.actor, draft, step, callback_data.code, is_typed=False)
    except NotUnderstood as error:
        await show_step(turn, draft, toast=error.text)
        return
    await show_step(turn, answered)


def _answered(actor: Actor, draft: RowDraft, step: Step, text: str, *, is_typed: bool) -> RowDraft:
    """Synchronous. Raises NotUnderstood, also for what could not be saved."""
    module, field = draft.module, step.field
    values = draft.values
    look = screens.asking(screens.look_at(actor, module, values), module, field, step.tongue)
    look = screens.offering(actor, draft, look, field)
    old = field.of(values)
    value = field.kind.read(text, old, look) if is_typed else field.kind.pick(text, old, look)
    answered = draft.with_answer(field, value)
    try:
        check_answers(entity=module.entity, values=answered.values, latest=field.attributes)
    except InvalidFields as error:
        raise NotUnderstood(said(module, error)) from error
    return answered if field.kind.many else answered.after(language())


async def on_step(_query: CallbackQuery, callback_data: OnNew, turn: Turn) -> None:
    require_admin(turn)
    form = await place(turn)
    if callback_data.act == NewAct.SAVE and form.get("made") == callback_data.draft:
        module = screens.module_of(str(form["m"]))
        await show_card(turn, module, int(form["row"]), made=callback_data.draft, toast=views.added(module))
        return
    draft = await _draft(turn, callback_data.draft)
    if callback_data.act == NewAct.FIX and _step_of(draft) is None:
        await show_step(turn, replace(draft, at=callback_data.step, fixing=True))
    elif callback_data.step != draft.at:
        await show_step(turn, draft)  # a second tap, or a button of a step that is behind
    elif callback_data.act == NewAct.BACK:
        await _back(turn, draft)
    elif callback_data.act == NewAct.NEXT:
        await _next(turn, draft)
    else:
        await _save(turn, draft)


async def _back(turn: Turn, draft: RowDraft) -> None:
    if draft.fixing:
        await show_step(turn, replace(draft, at=len(draft.steps(language())), fixing=False))
    elif draft.at == 0:
        await show_rows(turn, draft.module, draft.parent, 0)
    else:
        await show_step(turn, replace(draft, at=draft.at - 1))


async def _next(turn: Turn, draft: RowDraft) -> None:
    step = _step_of(draft)
    if step is not None and step.may_skip:
        draft = draft.after(language())
    await show_step(turn, draft)


async def _save(turn: Turn, draft: RowDraft) -> None:
    """The draft is the key, so two taps make one row. What can't be is asked for again."""
    if _step_of(draft) is not None:
        await show_step(turn, draft)
        return
    make = partial(
        create,
        actor=turn.actor,
        entity=draft.module.entity,
        values=draft.values,
        idempotency_key=f"row:{draft.id}",
    )
    try:
        row, stranded = await turn.run(screens.changing, turn.actor, draft.module, 0, draft.values, make)
    except InvalidFields as error:
        await show_step(turn, _at_wrong(draft, error), toast=said(draft.module, error))
        return
    await show_changed(turn, draft.module, row.pk, views.added(draft.module), stranded, made=draft.id)


def _at_wrong(draft: RowDraft, error: InvalidFields) -> RowDraft:
    """At the first step that asked for what was refused; at the summary where it belongs to no single one."""
    steps = draft.steps(language())
    wrong = [number for number, step in enumerate(steps) if set(step.field.attributes) & set(error.said)]
    return replace(draft, at=wrong[0], fixing=True) if wrong else draft
