"""What the services forbid, forms of the admin site refuse: the steps that go before a change are the same."""

from typing import Any

from django.db.models import Model

from bookings.actor import Actor
from bookings.admin.door import explain
from bookings.exceptions import BookingError
from bookings.services.resources.entities import BY_MODEL
from bookings.services.resources.recording import stored_values

#: Which field of a form the ``field`` of a refusal is about.
_FIELDS = {"name": "first_name"}


def ruled(form_class: Any, model: type[Model], actor: Actor) -> Any:
    """The form, asking the entity's ``prepare`` as the API does (see ``services.resources.entity``): whether ``actor``
    may, and to bring values into their form.
    """
    if model not in BY_MODEL:
        return form_class
    entity = BY_MODEL[model]

    class Ruled(form_class):  # type: ignore[misc]  # made when it runs
        def _post_clean(self) -> None:
            super()._post_clean()
            try:
                entity.require_write(actor)
                entity.prepare(actor, self.instance, stored_values(self.instance))
            except BookingError as error:
                name = str(error.details.get("field", ""))
                name = _FIELDS.get(name, name)
                self.add_error(name if name in self.fields else None, explain(error))

    return Ruled
