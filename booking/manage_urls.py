"""The managers' pages about rules."""

from django.urls import path

from booking.views.manage import closures, policy, quotas, resources, rules

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
    path("quotas/", quotas.quotas, name="manage_quotas"),
    path("quotas/new/", quotas.quota, name="manage_new_quota"),
    path("quotas/<int:pk>/", quotas.quota, name="manage_quota"),
    path("quotas/<int:pk>/delete/", quotas.delete_quota, name="manage_quota_delete"),
    path("policy/", policy.policy, name="manage_policy"),
]
