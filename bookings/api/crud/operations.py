"""The operations of a resource, made from its declaration."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from ninja import Body, Path, Query, Router
from pydantic import BaseModel

from bookings.api.caller import caller_of
from bookings.api.crud.listing import page_of, query_type
from bookings.api.crud.resource import Resource
from bookings.api.etags import etag_of, matches
from bookings.api.openapi import responses
from bookings.api.values import Id, IdempotencyKey, as_json
from bookings.api.versions import IfMatch, PreconditionFailed
from bookings.exceptions import InvalidContact, InvalidText, InvalidValue, NotFound
from bookings.services.resources.refusals import InUse, InvalidFields
from bookings.services.resources.removal import archive, remove
from bookings.services.resources.writing import create, update

AnyResource: TypeAlias = Resource[Any]

_READ = ("not_found", "invalid_request")
_WRITTEN = ("bad_request", "invalid_request", "invalid_fields", "refused")


class Removal(BaseModel):
    archive_if_in_use: bool = False


def mount(router: Router, *resources: AnyResource) -> None:
    """Add the operations of the ``resources`` to ``router``, each below its noun."""
    for resource in resources:
        _list(router, resource)
        _get(router, resource)
        if resource.is_written and resource.can_create:
            _create(router, resource)
        if resource.is_written:
            _update(router, resource)
        if resource.can_delete and (resource.is_written or resource.entity.removable):
            _delete(router, resource)


def mount_single(router: Router, resource: AnyResource, find: Callable[[], int]) -> None:
    """For what there is one row of; ``find`` gives its id."""

    def get(request: HttpRequest) -> HttpResponse:
        return _answer(_told(request, resource, find()))

    def change(request: HttpRequest, body: Body[resource.change_type], if_match: IfMatch = None) -> HttpResponse:  # type: ignore[name-defined]  # made when it runs
        return _changed(request, resource, find(), body, if_match)

    path = f"/{resource.noun}"
    router.get(
        path, response=resource.row_type, operation_id=f"get_managed_{resource.one}", tags=[resource.tag],
        summary=f"The {_words(resource.one)}", description=resource.about, openapi_extra=responses(),
    )(get)  # fmt: skip
    router.patch(
        path, response=resource.row_type, operation_id=f"update_managed_{resource.one}", tags=[resource.tag],
        summary=f"Change the {_words(resource.one)}",
        openapi_extra=responses(*_WRITTEN, "precondition_failed"),
    )(change)  # fmt: skip


def _list(router: Router, resource: AnyResource) -> None:
    query = query_type(resource)

    def rows(request: HttpRequest, query_: Query[query]) -> HttpResponse:  # type: ignore[valid-type]  # made when it runs
        resource.fill()
        return _answer(page_of(resource, resource.entity.visible(caller_of(request).actor), query_))

    router.get(
        f"/{resource.noun}", response=resource.page_type, operation_id=f"list_managed_{_identifier(resource.noun)}",
        tags=[resource.tag], summary=f"List {_words(resource.noun)}", description=resource.about or None,
        openapi_extra=responses("invalid_request"),
    )(rows)  # fmt: skip


def _get(router: Router, resource: AnyResource) -> None:
    def one(request: HttpRequest, row_id: Path[Id]) -> HttpResponse:
        return _answer(_told(request, resource, row_id))

    router.get(
        f"/{resource.noun}/{{row_id}}", response=resource.row_type, operation_id=f"get_managed_{resource.one}",
        tags=[resource.tag], summary=f"One of the {_words(resource.noun)}", openapi_extra=responses(*_READ),
    )(one)  # fmt: skip


def _create(router: Router, resource: AnyResource) -> None:
    def new(
        request: HttpRequest, body: Body[resource.new_type], idempotency_key: IdempotencyKey = None  # type: ignore[name-defined]  # made when it runs
    ) -> HttpResponse:  # fmt: skip
        caller = caller_of(request)
        made: list[Model] = []
        with named(resource):
            row = create(
                actor=caller.actor,
                entity=resource.entity,
                values=resource.values(body),
                idempotency_key=caller.idempotency_key(idempotency_key),
                on_made=made.append,
            )
        once = {name: getattr(made[-1], name) if made else None for name in resource.once}
        answer = answer_row(request, resource, row.pk, HTTPStatus.CREATED, **once)
        answer["Location"] = f"{request.path}/{row.pk}"
        return answer

    router.post(
        f"/{resource.noun}", response={201: resource.issued_type}, operation_id=f"create_managed_{resource.one}",
        tags=[resource.tag], summary=f"Add to the {_words(resource.noun)}",
        openapi_extra=responses(*_WRITTEN, *resource.refusals, "idempotency_conflict", "not_found"),
    )(new)  # fmt: skip


def _update(router: Router, resource: AnyResource) -> None:
    def change(
        request: HttpRequest, row_id: Path[Id], body: Body[resource.change_type], if_match: IfMatch = None  # type: ignore[name-defined]  # made when it runs
    ) -> HttpResponse:  # fmt: skip
        return _changed(request, resource, row_id, body, if_match)

    router.patch(
        f"/{resource.noun}/{{row_id}}", response=resource.row_type, operation_id=f"update_managed_{resource.one}",
        tags=[resource.tag], summary=f"Change one of the {_words(resource.noun)}",
        description="What is not given stays as it is.",
        openapi_extra=responses(*_WRITTEN, *resource.refusals, "not_found", "precondition_failed"),
    )(change)  # fmt: skip


def _delete(router: Router, resource: AnyResource) -> None:
    def gone(
        request: HttpRequest, row_id: Path[Id], query: Query[Removal], if_match: IfMatch = None
    ) -> HttpResponse:  # fmt: skip
        actor, expect = caller_of(request).actor, partial(_expect, resource, if_match)
        try:
            remove(actor=actor, entity=resource.entity, row_id=row_id, expect=expect)
        except InUse:
            if not (query.archive_if_in_use and resource.entity.can_be_archived):
                raise
            archive(actor=actor, entity=resource.entity, row_id=row_id, expect=expect)
            return _answer(_told(request, resource, row_id))
        nothing = HttpResponse(status=HTTPStatus.NO_CONTENT)
        del nothing["Content-Type"]
        return nothing

    archived = {200: resource.row_type} if resource.entity.can_be_archived else {}
    router.delete(
        f"/{resource.noun}/{{row_id}}", response={204: None, **archived},
        operation_id=f"delete_managed_{resource.one}", tags=[resource.tag],
        summary=f"Delete one of the {_words(resource.noun)}",
        description="What other rows need stays: the answer is `in_use`, with what needs it."
        + (" With `archive_if_in_use` it is switched off instead, and given back." if archived else ""),
        openapi_extra=responses(*_READ, *resource.refusals, "in_use", "refused", "precondition_failed"),
    )(gone)  # fmt: skip


def _changed(
    request: HttpRequest, resource: AnyResource, row_id: int, body: Any, if_match: str | None
) -> HttpResponse:
    with named(resource):
        update(
            actor=caller_of(request).actor,
            entity=resource.entity,
            row_id=row_id,
            values=resource.values(body),
            expect=partial(_expect, resource, if_match),
        )
    return _answer(_told(request, resource, row_id))


def _expect(resource: AnyResource, if_match: str | None, row: Model) -> None:
    if if_match is None:
        return
    # A weak one never matches here: If-Match is for strong comparison (RFC 9110, 13.1.1).
    known = [etag for etag in parse_etags(if_match) if not etag.startswith("W/")]
    if not matches(etag_of(as_json(resource.told(row))), known):
        raise PreconditionFailed("It has changed since you read it")


def check_if_match(request: HttpRequest, resource: AnyResource, row_id: int, if_match: str | None) -> None:
    """For operations that hold the row by its version. Raises PreconditionFailed, NotFound."""
    _expect(resource, if_match, _row(request, resource, row_id))


def answer_row(
    request: HttpRequest, resource: AnyResource, row_id: int, status: HTTPStatus = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    """The row as it is now, and what there is to say ``more``: what is told ``once`` nobody keeps on the way."""
    answer = _answer(_told(request, resource, row_id) | more, status)
    if more.keys() & resource.once.keys():
        answer["Cache-Control"] = "no-store"
    return answer


def _told(request: HttpRequest, resource: AnyResource, row_id: int) -> dict[str, Any]:
    return resource.told(_row(request, resource, row_id))


def _row(request: HttpRequest, resource: AnyResource, row_id: int) -> Any:
    row = resource.rows(resource.entity.visible(caller_of(request).actor)).filter(pk=row_id).first()
    if row is None:
        raise NotFound(f"There is no {_words(resource.one)} with this id")
    return row


def _answer(told: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """Put together from checked values, so it is written as it is."""
    return HttpResponse(as_json(told), status=status, content_type="application/json")


@contextmanager
def named(resource: AnyResource) -> Iterator[None]:
    """Refusals name fields as services call them; here they get the names of the API, and one shape."""
    names = {one.attribute: one.name for one in resource.exposed} | dict(resource.also_called)
    try:
        yield
    except InvalidFields as error:
        raise InvalidFields({names.get(name, name): said for name, said in error.errors.items()}) from error
    except (InvalidContact, InvalidText, InvalidValue) as error:
        field = str(error.details.get("field", ""))
        raise InvalidFields({names.get(field, field): [str(error)]}) from error


def _identifier(noun: str) -> str:
    return noun.replace("-", "_")


def _words(noun: str) -> str:
    return noun.replace("-", " ").replace("_", " ")
