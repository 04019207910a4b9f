"""The managers' pages about the house and its people."""

from django.urls import path

from lab.views.manage import (
    access,
    certifications,
    hooks,
    hours,
    hub,
    members,
    named,
    totems,
    trainings,
    undo,
)

urlpatterns = [
    path("", hub.manage, name="manage"),
    path("undo/<int:pk>/", undo.undo, name="manage_undo"),
    path("hours/", hours.hours, name="manage_hours"),
    path("hours/<slug:slug>/", hours.zone_hours, name="manage_zone_hours"),
    path("hours/<slug:slug>/days/", hours.add_special_day, name="manage_special_day"),
    path(
        "hours/<slug:slug>/days/<int:pk>/delete/", hours.delete_special_day, name="manage_special_day_delete"
    ),
    path("access/", access.access, name="manage_access"),
    path("access/<slug:slug>/", access.zone_access, name="manage_zone_access"),
    path("access/doors/<slug:slug>/", access.door_access, name="manage_door_access"),
    path("tariffs/", named.tariffs, name="manage_tariffs"),
    path("tariffs/new/", named.tariff, name="manage_new_tariff"),
    path("tariffs/<slug:slug>/", named.tariff, name="manage_tariff"),
    path("tariffs/<slug:slug>/delete/", named.delete_tariff, name="manage_tariff_delete"),
    path("programmes/", named.programmes, name="manage_programmes"),
    path("programmes/new/", named.programme, name="manage_new_programme"),
    path("programmes/<slug:slug>/", named.programme, name="manage_programme"),
    path("programmes/<slug:slug>/delete/", named.delete_programme, name="manage_programme_delete"),
    path(
        "programmes/<slug:slug>/members/<str:username>/add/",
        named.programme_member,
        {"come": True},
        name="manage_programme_add",
    ),
    path(
        "programmes/<slug:slug>/members/<str:username>/remove/",
        named.programme_member,
        {"come": False},
        name="manage_programme_remove",
    ),
    path("certifications/", certifications.certifications, name="manage_certifications"),
    path("certifications/new/", certifications.certification, name="manage_new_certification"),
    path("certifications/<slug:slug>/", certifications.certification, name="manage_certification"),
    path(
        "certifications/<slug:slug>/delete/",
        certifications.delete_certification,
        name="manage_certification_delete",
    ),
    path(
        "certifications/<slug:slug>/holders/<str:username>/",
        certifications.give_award,
        name="manage_award",
    ),
    path(
        "certifications/<slug:slug>/holders/<str:username>/revoke/",
        certifications.revoke_award,
        name="manage_award_revoke",
    ),
    path(
        "certifications/<slug:slug>/holders/<str:username>/instructor/",
        certifications.make_instructor,
        name="manage_instructor",
    ),
    path("certifications/<slug:slug>/trainings/new/", trainings.new_training, name="manage_new_training"),
    path("certifications/trainings/<int:pk>/", trainings.training, name="manage_training"),
    path("certifications/trainings/<int:pk>/awards/", trainings.award_all, name="manage_training_awards"),
    path(
        "certifications/trainings/<int:pk>/delete/", trainings.delete_training, name="manage_training_delete"
    ),
    path(
        "certifications/trainings/<int:pk>/seats/<str:username>/free/",
        trainings.free_seat,
        name="manage_seat_free",
    ),
    path("totems/", totems.totems, name="manage_totems"),
    path("totems/<int:pk>/", totems.totem, name="manage_totem"),
    path("totems/<int:pk>/revoke/", totems.revoke, name="manage_totem_revoke"),
    path("hooks/", hooks.hooks, name="manage_hooks"),
    path("hooks/new/", hooks.hook, name="manage_new_hook"),
    path("hooks/<int:pk>/", hooks.hook, name="manage_hook"),
    path("hooks/<int:pk>/test/", hooks.test, name="manage_hook_test"),
    path("hooks/<int:pk>/secret/", hooks.secret, name="manage_hook_secret"),
    path("hooks/<int:pk>/switch/", hooks.switch, name="manage_hook_switch"),
    path("hooks/<int:pk>/delete/", hooks.delete, name="manage_hook_delete"),
    path("hooks/<int:pk>/retry/", hooks.retry, name="manage_hook_retry"),
    path("hooks/<int:pk>/retry/<int:delivery>/", hooks.retry, name="manage_delivery_retry"),
    path("members/", members.members, name="manage_members"),
    path("members/<str:username>/", members.member, name="manage_member"),
]
