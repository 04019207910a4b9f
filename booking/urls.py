"""Pages of bookings and of the lab's present."""

from django.urls import path

from booking.metrics import metrics
from booking.views import board, book, me, now, planning, resource

urlpatterns = [
    path("", now.home, name="home"),
    path("planning/", planning.planning, name="planning"),
    path("resources/<slug:slug>/", resource.resource, name="resource"),
    path("book/", book.book, name="book"),
    path("me/", me.me, name="me"),
    path("bookings/<int:pk>/cancel/", me.cancel, name="booking_cancel"),
    path("bookings/<int:pk>/again/", me.again, name="booking_again"),
    path("bookings/<int:pk>/extend/", me.extend, name="booking_extend"),
    path("bookings/<int:pk>/finish/", me.finish, name="booking_finish"),
    path("dashboard/", board.dashboard, name="dashboard"),
    path("metrics", metrics, name="metrics"),
    path("presence/", board.presence, name="presence"),
]
