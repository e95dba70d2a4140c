"""What other rows need a row."""

from django.db.models import CASCADE, PROTECT, RESTRICT, SET_NULL, ForeignObjectRel, Model, QuerySet


def uses_of(row: Model) -> dict[type[Model], int]:
    """How many rows of which model keep ``row`` from being deleted: those that refer to it, or to a part of it, and what
    it is the one of (a calendar its person), which would go on without anybody.

    Counted by the database: a location may have a million bookings.
    """
    found: dict[type[Model], int] = {}
    model = type(row)
    _count(model._default_manager.filter(pk=row.pk), found, {model})  # noqa: SLF001 - Django's documented name
    return {user: count for user, count in found.items() if count}


def _count(rows: QuerySet[Model], found: dict[type[Model], int], seen: set[type[Model]]) -> None:
    """``seen``: models whose rows go with the row; one that refers to itself is looked at once."""
    for relation in _relations_to(rows.model):
        user = relation.related_model
        users = user._default_manager.filter(**{f"{relation.field.name}__in": rows.order_by().values("pk")})  # noqa: SLF001 - Django's documented name
        would_be_alone = relation.one_to_one and relation.on_delete is SET_NULL
        if relation.on_delete in (PROTECT, RESTRICT) or would_be_alone:
            found[user] = found.get(user, 0) + users.count()
        elif relation.on_delete is CASCADE and user not in seen:
            _count(users, found, seen | {user})


def _relations_to(model: type[Model]) -> list[ForeignObjectRel]:
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django's documented name
        if isinstance(field, ForeignObjectRel) and (field.one_to_many or field.one_to_one)
    ]
