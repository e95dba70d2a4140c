"""Buttons of the editor: what there is, row by row (see ``telegram_ui.editor``)."""

from enum import StrEnum
from typing import Annotated, TypeAlias

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from telegram_ui.callbacks.fields import DraftId, Id, IdOrNone, Page

#: Codes of modules and fields are part of messages in people's chats, as prefixes are: never give one another meaning.
ModuleCode: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
FieldCode: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]{1,8}$")]
#: Of the row, or of what is changed of it, as it was drawn.
Mark: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{6}$")]
#: What a list is of: a row's id, or a word.
Parent: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,20}$")]
Code: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_+./-]{0,20}$")]
Tongue: TypeAlias = Annotated[str, Field(pattern=r"^([a-z]{2})?$")]


class RowsOf(CallbackData, prefix="el"):
    """A list; ``parent`` where it is of something."""

    module: ModuleCode
    parent: Parent = ""
    page: Page = 0


class RowAct(StrEnum):
    OPEN = "open"
    ASK_ARCHIVE = "arch?"
    ARCHIVE = "arch"
    RESTORE = "back"
    ASK_DELETE = "del?"
    DELETE = "del"
    PREVIEW = "look"


class OnRow(CallbackData, prefix="er"):
    """``mark``: of the whole row."""

    module: ModuleCode
    row_id: Id
    act: RowAct
    mark: Mark


class AskField(CallbackData, prefix="ea"):
    """Ask for another value; ``tongue``: of a text, in that language."""

    module: ModuleCode
    row_id: Id
    field: FieldCode
    tongue: Tongue = ""


class SetField(CallbackData, prefix="es"):
    """A value that is chosen; ``mark``: of the field."""

    module: ModuleCode
    row_id: Id
    field: FieldCode
    code: Code
    mark: Mark


class HoursOf(CallbackData, prefix="eh"):
    """Weekly hours: of a location, with ``specialist_id`` of a person at it; ``location_id`` 0: it is to be chosen."""

    location_id: IdOrNone
    specialist_id: IdOrNone = 0


class DayAct(StrEnum):
    ASK = "ask"
    CLOSE = "off"


class OnDay(CallbackData, prefix="ed"):
    """``mark``: of that day's hours as they were drawn."""

    location_id: Id
    specialist_id: IdOrNone
    weekday: Annotated[int, Field(ge=0, le=6)]
    act: DayAct
    mark: Mark


class NightHours(CallbackData, prefix="ei"):
    """The yes to hours that end on the next day: those that were typed, kept under the draft's id."""

    draft: DraftId


class NewRow(CallbackData, prefix="en"):
    module: ModuleCode
    parent: Parent = ""


class PickNew(CallbackData, prefix="ep"):
    """A value chosen for a row that is being made."""

    draft: DraftId
    field: FieldCode
    code: Code


class NewAct(StrEnum):
    """``next``: the step is answered, or may stay without an answer. ``fix``: back to one step, from the summary."""

    NEXT = "next"
    BACK = "back"
    SAVE = "save"
    FIX = "fix"


class OnNew(CallbackData, prefix="ex"):
    """``step`` is the number of the step the button was drawn at, so that a second tap does not skip one; to ``fix``, of
    the step that it leads to.
    """

    draft: DraftId
    act: NewAct
    step: Annotated[int, Field(ge=0, le=99)]
