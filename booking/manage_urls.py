"""The managers' pages about rules."""

from django.urls import path

from booking.views import privacy
from booking.views.manage import badges, closures, hits, no_shows, outages, policy, quotas, resources, rules

urlpatterns = [
    path("rules/", rules.rules, name="manage_rules"),
    path("rules/kinds/<slug:kind>/", rules.kind_rules, name="manage_kind_rules"),
    path("rules/resources/new/", resources.new_resource, name="manage_new_resource"),
    path("rules/resources/<slug:slug>/", rules.resource_rules, name="manage_resource_rules"),
    path("rules/resources/<slug:slug>/names/", resources.names, name="manage_names"),
    path("rules/resources/<slug:slug>/links/", resources.add_link, name="manage_link"),
    path(
        "rules/resources/<slug:slug>/links/<slug:also>/delete/",
        resources.delete_link,
        name="manage_link_delete",
    ),
    path("rules/resources/<slug:slug>/units/", resources.new_unit, name="manage_unit"),
    path(
        "rules/resources/<slug:slug>/units/<int:number>/delete/",
        resources.delete_unit,
        name="manage_unit_delete",
    ),
    path("closures/", closures.closures, name="manage_closures"),
    path("closures/new/", closures.closure, name="manage_new_closure"),
    path("closures/<int:pk>/", closures.closure, name="manage_closure"),
    path("closures/<int:pk>/delete/", closures.delete_closure, name="manage_closure_delete"),
    path("outages/", outages.outages, name="manage_outages"),
    path("outages/new/", outages.new_outage, name="manage_new_outage"),
    path("outages/<int:pk>/", outages.outage, name="manage_outage"),
    path("outages/<int:pk>/end/", outages.end, name="manage_outage_end"),
    path("no-shows/", no_shows.no_shows, name="manage_no_shows"),
    path("no-shows/<int:pk>/accept/", no_shows.accept, name="manage_no_show_accept"),
    path("no-shows/<int:pk>/reject/", no_shows.reject, name="manage_no_show_reject"),
    path("faults/<int:pk>/dismiss/", outages.dismiss, name="manage_fault_dismiss"),
    path("faults/<int:pk>/confirm/", outages.confirm, name="manage_fault_confirm"),
    path("hits/", hits.hits, name="manage_hits"),
    path("hits/decide/", hits.decide, name="manage_hits_decide"),
    path("quotas/", quotas.quotas, name="manage_quotas"),
    path("quotas/new/", quotas.quota, name="manage_new_quota"),
    path("quotas/<int:pk>/", quotas.quota, name="manage_quota"),
    path("quotas/<int:pk>/delete/", quotas.delete_quota, name="manage_quota_delete"),
    path("badges/", badges.badges, name="manage_badges"),
    path("badges/<int:pk>/", badges.badge, name="manage_badge"),
    path("badges/<int:pk>/readers/", badges.readers, name="manage_badge_readers"),
    path("badges/<int:pk>/lend/", badges.lend, name="manage_badge_lend"),
    path("badges/<int:pk>/back/", badges.take_back, name="manage_badge_take_back"),
    path("badges/<int:pk>/lost/", badges.lost, name="manage_badge_lost"),
    path("badges/<int:pk>/found/", badges.found, name="manage_badge_found"),
    path("badges/asked/<int:pk>/accept/", badges.accept, name="manage_badge_accept"),
    path("badges/asked/<int:pk>/decline/", badges.turn_down, name="manage_badge_turn_down"),
    path("policy/", policy.policy, name="manage_policy"),
    path("members/<str:username>/data/", privacy.theirs, name="manage_member_data"),
    path("members/<str:username>/papers.json", privacy.their_papers, name="manage_member_papers"),
]
