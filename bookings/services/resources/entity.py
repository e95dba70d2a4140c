"""What the resource service has to know of an entity, and who may do what with its rows."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from django.db.models import Model, QuerySet

from bookings.actor import Actor
from bookings.enums import Role
from bookings.exceptions import NotAllowed
from bookings.services.audit import entity_of

M = TypeVar("M", bound=Model)

#: What was set, as ``snapshot.values_of`` tells it: before the change (empty for a new row).
Before: TypeAlias = Mapping[str, Any]
#: Called with the row, in the transaction of its change.
Step: TypeAlias = Callable[[Actor, M, Before], None]


def _nothing(_actor: Actor, _row: Any, _before: Before) -> None:
    """Most entities need no step of their own."""


@dataclass(frozen=True, slots=True)
class Entity(Generic[M]):
    """Admins read and change all rows; others read those that ``own`` says are theirs, and change none.

    ``writable`` names what may be set, by the attribute of a row (``category_id``) or the name of a many-to-many
    relation (then ids are given); ``fixed`` what may be set at creation only.
    ``removable`` says that what cannot be written may be removed all the same.
    ``own`` maps a role to the lookup that leads from a row to the specialist (for specialists) or user whose it is.
    ``prepare`` runs before the row is checked, to bring values into their form or refuse; ``settle`` after it is
    saved; ``part`` before it is removed.
    """

    model: type[M]
    writable: Collection[str] = ()
    fixed: Collection[str] = ()
    removable: bool = False
    own: Mapping[Role, str] = field(default_factory=dict)
    prepare: Step[M] = _nothing
    settle: Step[M] = _nothing
    part: Step[M] = _nothing

    @property
    def name(self) -> str:
        return entity_of(self.model)

    @property
    def can_be_archived(self) -> bool:
        return "is_active" in self.writable

    @property
    def rows(self) -> QuerySet[M]:
        return self.model._default_manager.all()  # noqa: SLF001 - Django's documented name

    def visible(self, actor: Actor) -> QuerySet[M]:
        """The rows that ``actor`` may read.

        Raises:
            NotAllowed: none ever, whatever there is.
        """
        if actor.is_admin:
            return self.rows
        lookup = self.own.get(actor.role)
        whose = actor.specialist_id if actor.role == Role.SPECIALIST else actor.user_id
        if lookup is None or whose is None:
            raise NotAllowed(f"{self.name}: not for the role {actor.role}")
        # The lookup may lead to many rows; the subquery keeps each row once.
        return self.rows.filter(pk__in=self.rows.filter(**{lookup: whose}).values("pk"))

    def require_removal(self, actor: Actor) -> None:
        """Raises NotAllowed."""
        self.require_write(actor)
        if not (self.writable or self.removable):
            raise NotAllowed(f"{self.name}: it is removed by services of its own")

    def require_write(self, actor: Actor) -> None:
        """Raises NotAllowed."""
        if not actor.is_admin:
            raise NotAllowed(f"{self.name}: only admins change it")
