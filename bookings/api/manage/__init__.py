"""The rows behind the business, for its staff and their programs: every entity by one pattern (see ``api.crud``)."""

from ninja import Router

from bookings.api.crud.operations import mount, mount_single
from bookings.api.manage import api_keys, catalogue, company, invites, marketing, people, records, schedule, visits
from bookings.models import Company

router = Router()

router.add_router("", api_keys.router)
router.add_router("", invites.router)
mount_single(router, company.COMPANY, lambda: Company.objects.current().pk)
for module in (catalogue, schedule, people, visits, marketing, records):
    mount(router, *module.RESOURCES)
