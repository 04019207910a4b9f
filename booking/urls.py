"""Pages of bookings and of the lab's present."""

from django.urls import include, path

from booking.metrics import metrics
from booking.views import (
    board,
    book,
    booking,
    change,
    find,
    label,
    me,
    now,
    planning,
    requests,
    resource,
    week,
)

urlpatterns = [
    path("", now.home, name="home"),
    path("planning/", planning.planning, name="planning"),
    path("planning/week/", week.week, name="week"),
    path("resources/<slug:slug>/", resource.resource, name="resource"),
    path("resources/<slug:slug>/code.svg", label.code, name="resource_code"),
    path("resources/<slug:slug>/label/", label.label, name="resource_label"),
    path("find/", find.find, name="find"),
    path("book/", book.book, name="book"),
    path("book/check/", book.check, name="book_check"),
    path("book/members/", book.members, name="members_like"),
    path("me/", me.me, name="me"),
    path("bookings/<int:pk>/", booking.booking, name="booking"),
    path("bookings/<int:pk>/change/", change.change, name="booking_change"),
    path("bookings/<int:pk>/check/", change.check, name="booking_check"),
    path("bookings/<int:pk>/move/", change.move, name="booking_move"),
    path("bookings/<int:pk>/hand-over/", booking.hand_over, name="booking_hand_over"),
    path("bookings/<int:pk>/arrive/", booking.arrive, name="booking_arrive"),
    path("bookings/<int:pk>/cancel/", me.cancel, name="booking_cancel"),
    path("bookings/<int:pk>/again/", me.again, name="booking_again"),
    path("bookings/<int:pk>/extend/", me.extend, name="booking_extend"),
    path("bookings/<int:pk>/finish/", me.finish, name="booking_finish"),
    path("manage/requests/", requests.waiting, name="requests"),
    path("manage/requests/<int:pk>/approve/", requests.approve, name="request_approve"),
    path("manage/requests/<int:pk>/decline/", requests.decline, name="request_decline"),
    path("manage/", include("booking.manage_urls")),
    path("dashboard/", board.dashboard, name="dashboard"),
    path("metrics", metrics, name="metrics"),
    path("presence/", board.presence, name="presence"),
]
