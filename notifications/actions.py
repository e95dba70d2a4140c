"""What a reader can do about a message, in words no channel owns; the bot turns them into buttons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """``Action("booking.done", (42,), "Yes")``: ``label`` is finished text in the reader's language."""

    name: str
    args: tuple[int | str, ...]
    label: str


#: Rows of buttons, top to bottom.
ActionRows = tuple[tuple[Action, ...], ...]
