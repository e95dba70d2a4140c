"""A row that is being made: what was answered so far, small enough to live in the FSM."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings

from telegram_ui.drafts import new_draft_id
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Module
from telegram_ui.editor.modules import BY_CODE

#: Texts are shown alike wherever one looks from.
_NOWHERE = Look(today=date.min, zone="UTC", currency="")


@dataclass(frozen=True, slots=True)
class Step:
    """``tongue``: the language that a text is asked for in."""

    field: Field
    tongue: str = ""
    may_skip: bool = False


@dataclass(frozen=True, slots=True)
class RowDraft:
    """``answers`` by code of the field, ready for JSON. ``at``: number of the step; one after the last is the summary.

    ``fixing``: one step is answered anew, and the summary comes next.
    """

    id: str
    module: Module
    parent: str
    at: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    fixing: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """What was answered, by attribute, with what the list it began in is of."""
        told: dict[str, Any] = {}
        if self.module.within:
            told[self.module.within] = int(self.parent) if self.parent.isdecimal() else self.parent
        for code, answer in self.answers.items():
            if one := self.module.field(code):
                told |= one.put(one.kind.load(answer))
        return told

    def steps(self, language: str) -> list[Step]:
        """Whoever answers is asked for texts in their ``language`` first; the others may be left."""
        found: list[Step] = []
        values = self.values
        others = [code for code, _name in settings.LANGUAGES if code != language]
        for code in self.module.asked:
            one = self.module.field(code)
            if one is None or not one.fits(values):
                continue
            # What has an answer already, is left as it is.
            may_skip = bool(one.none) or one.kind.many or code in self.answers
            if one.kind.in_tongues:
                found.append(Step(one, language, may_skip))
                found += [Step(one, other, may_skip=True) for other in others]
            else:
                found.append(Step(one, may_skip=may_skip))
        return found

    def after(self, language: str) -> "RowDraft":
        """At the next step. A text that was left in one's own language is not asked for in the others."""
        steps = self.steps(language)
        answered = steps[self.at]
        at = self.at + 1
        left = answered.tongue and not answered.field.kind.show(answered.field.of(self.values), _NOWHERE)
        while at < len(steps) and steps[at].field is answered.field and left:
            at += 1
        same = at < len(steps) and steps[at].field is answered.field
        if self.fixing and not same:
            return replace(self, at=len(steps), fixing=False)
        return replace(self, at=at)

    def with_answer(self, one: Field, value: Any) -> "RowDraft":
        return replace(self, answers={**self.answers, one.code: one.kind.dump(value)})

    def to_data(self) -> dict[str, Any]:
        return {
            "m": self.module.code,
            "parent": self.parent,
            "draft": self.id,
            "at": self.at,
            "answers": dict(self.answers),
            "fixing": self.fixing,
        }

    @classmethod
    def from_data(cls, data: Any) -> "RowDraft | None":
        """``None`` where there is none, or it was written by another release."""
        if not isinstance(data, dict) or "draft" not in data or data.get("m") not in BY_CODE:
            return None
        answers = data.get("answers")
        return cls(
            id=str(data["draft"]),
            module=BY_CODE[data["m"]],
            parent=str(data.get("parent", "")),
            at=int(data.get("at", 0)),
            answers=answers if isinstance(answers, dict) else {},
            fixing=bool(data.get("fixing", False)),
        )


def new_row_draft(module: Module, parent: str) -> RowDraft:
    return RowDraft(id=new_draft_id(), module=module, parent=parent)
