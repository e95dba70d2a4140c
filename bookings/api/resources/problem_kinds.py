"""The list of problems, readable for programs; the ``type`` of a problem document leads here."""

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bookings.api.openapi import responses
from bookings.api.problems import KINDS
from bookings.exceptions import NotFound

router = Router()


class ProblemKind(Schema):
    code: str = Field(examples=["slot_taken"])
    status: int = Field(examples=[409])
    title: str


class ProblemKinds(Schema):
    items: list[ProblemKind]


def _out(code: str) -> ProblemKind:
    kind = KINDS[code]
    return ProblemKind(code=code, status=kind.status.value, title=kind.title)


@router.get(
    "", response=ProblemKinds, operation_id="list_problems", summary="All problems", openapi_extra=responses()
)
def list_problems(request: HttpRequest) -> ProblemKinds:
    """Every code a problem document can have. Codes stay as they are; new ones may come."""
    return ProblemKinds(items=[_out(code) for code in sorted(KINDS)])


@router.get(
    "/{code}", response=ProblemKind, operation_id="get_problem", summary="One problem",
    openapi_extra=responses("not_found"),
)  # fmt: skip
def get_problem(request: HttpRequest, code: str) -> ProblemKind:
    if code not in KINDS:
        raise NotFound("No problem has this code")
    return _out(code)
