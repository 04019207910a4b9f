"""Every address of the site; the apps above are named by string only."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from lab.api import api
from lab.health import healthz
from lab.views import trainings
from lab.views.language import set_language
from lab.views.pages import accessibility
from lab.views.styleguide import styleguide

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("language/", set_language, name="set_language"),
    path("accessibility/", accessibility, name="accessibility"),
    path("certifications/<slug:slug>/", trainings.certification, name="certification"),
    path("trainings/<int:pk>/join/", trainings.join, name="training_join"),
    path("trainings/<int:pk>/leave/", trainings.leave, name="training_leave"),
    path("manage/", include("lab.manage_urls")),
    path("", include("booking.urls")),
    path("", include("devices.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]
