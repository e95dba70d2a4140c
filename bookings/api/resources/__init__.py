"""One module a resource; each has a ``router`` that ``bookings.api.v1`` mounts."""
