"""Pages of devices."""

from django.urls import path

from devices import letter_views, mapping_views, port_views, views

urlpatterns = [
    path("devices/", views.devices, name="devices"),
    path("devices/serial/", port_views.serial_ports, name="serial_ports"),
    path("devices/serial/new/", port_views.new_port, name="new_serial_port"),
    path("devices/serial/<slug:name>/", port_views.serial_port, name="serial_port"),
    path("devices/serial/<slug:name>/switch/", port_views.switch_port, name="serial_port_switch"),
    path("devices/serial/<slug:name>/install/", port_views.install_port, name="serial_port_install"),
    path("devices/serial/<slug:name>/remove/", port_views.remove_port, name="serial_port_remove"),
    path("devices/dead-letters/", letter_views.dead_letters, name="dead_letters"),
    path("devices/dead-letters/act/", letter_views.act_on_letters, name="dead_letters_act"),
    path("devices/dead-letters/export/", letter_views.export_letters, name="dead_letters_export"),
    path("devices/dead-letters/<int:number>/", letter_views.dead_letter, name="dead_letter"),
    path("devices/dead-letters/<int:number>/raw/", letter_views.dead_letter_raw, name="dead_letter_raw"),
    path("devices/mappings/", mapping_views.all_mappings, name="mappings"),
    path("devices/mappings/new/", mapping_views.new_mapping, name="new_mapping"),
    path("devices/mappings/preview/", mapping_views.preview, name="mapping_preview"),
    path("devices/mappings/<int:number>/", mapping_views.mapping, name="mapping"),
    path("devices/mappings/<int:number>/switch/", mapping_views.switch_mapping, name="mapping_switch"),
    path("devices/mappings/<int:number>/raise/", mapping_views.raise_mapping, name="mapping_raise"),
    path("devices/mappings/<int:number>/remove/", mapping_views.remove_mapping, name="mapping_remove"),
    path("devices/<slug:name>/", views.device, name="device"),
    path("devices/<slug:name>/adopt/", views.adopt, name="device_adopt"),
    path("devices/<slug:name>/replace/", views.replace, name="device_replace"),
    path("devices/<slug:name>/ignore/", views.ignore, name="device_ignore"),
    path("devices/<slug:name>/credential/", views.credential, name="device_credential"),
]
