"""The API's calls about resources, bookings, sessions, passages and presence."""

from ninja import Router

from booking.api import access, accounts, alarms, bookings, deeds, orders, planning, resources, series, waits

router = Router()
router.add_router("", resources.router)
router.add_router("", bookings.router)
router.add_router("", deeds.router)
router.add_router("", series.router)
router.add_router("", planning.router)
router.add_router("", access.router)
router.add_router("", accounts.router)
router.add_router("", waits.router)
router.add_router("", orders.router)
router.add_router("", alarms.router)
