"""Sorts of rules about who may call an operation, of which ``bookings.api.access`` makes its table."""

from dataclasses import dataclass

from bookings.api.caller import CallerKind
from bookings.enums import Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call an operation. A key needs ``scope`` as well; where that is ``None``, none."""

    kinds: frozenset[CallerKind]
    scope: Scope | None = None


def everybody() -> Rule:
    """What is public."""
    return Rule(frozenset(CallerKind))


def people(scope: Scope) -> Rule:
    """Everybody who is known: what is theirs is for the policies to say."""
    return Rule(frozenset(CallerKind) - {CallerKind.PUBLIC}, scope)


def staff(scope: Scope) -> Rule:
    """Admins, and specialists for their own calendar, in the Mini App too."""
    return Rule(frozenset({CallerKind.INTERNAL, CallerKind.API_KEY, CallerKind.TG_CLIENT}), scope)


def admins(scope: Scope) -> Rule:
    """Members of staff at their desk, and programs."""
    return Rule(frozenset({CallerKind.INTERNAL, CallerKind.API_KEY}), scope)


def site_only() -> Rule:
    """What no key may ever do."""
    return Rule(frozenset({CallerKind.INTERNAL}))


def readable(plural: str, singular: str, scope: Scope) -> dict[str, Rule]:
    """The rows of a resource that is only read."""
    return {f"list_{plural}": admins(scope), f"get_{singular}": admins(scope)}


def crud(plural: str, singular: str, *, read: Scope, write: Scope) -> dict[str, Rule]:
    """The rows of a resource with the five common operations."""
    return {
        **readable(plural, singular, read),
        f"create_{singular}": admins(write),
        f"update_{singular}": admins(write),
        f"delete_{singular}": admins(write),
    }


def persons() -> Rule:
    """Whoever is a person: what is theirs alone, and no program's."""
    return Rule(frozenset({CallerKind.INTERNAL, CallerKind.TG_CLIENT, CallerKind.VISITOR}))
