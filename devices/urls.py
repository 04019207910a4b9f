"""Pages of devices."""

from django.urls import path

from devices import views

urlpatterns = [
    path("devices/", views.devices, name="devices"),
    path("devices/<slug:name>/", views.device, name="device"),
    path("devices/<slug:name>/adopt/", views.adopt, name="device_adopt"),
    path("devices/<slug:name>/ignore/", views.ignore, name="device_ignore"),
    path("devices/<slug:name>/credential/", views.credential, name="device_credential"),
]
