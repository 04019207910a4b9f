"""Every address of the site; the apps above are named by string only."""

from django.contrib import admin
from django.urls import include, path

from lab.api import api
from lab.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
]
