"""Pages of devices."""

from django.urls import path

from devices.views import devices, enrolment, exports, gateways, letters, mappings, ports, reads, splits

urlpatterns = [
    path("devices/", devices.devices, name="devices"),
    path("devices/new/", enrolment.new_device, name="new_device"),
    path("devices/serial/", ports.serial_ports, name="serial_ports"),
    path("devices/serial/new/", ports.new_port, name="new_serial_port"),
    path("devices/serial/<slug:name>/", ports.serial_port, name="serial_port"),
    path("devices/serial/<slug:name>/switch/", ports.switch_port, name="serial_port_switch"),
    path("devices/serial/<slug:name>/install/", ports.install_port, name="serial_port_install"),
    path("devices/serial/<slug:name>/remove/", ports.remove_port, name="serial_port_remove"),
    path("devices/dead-letters/", letters.dead_letters, name="dead_letters"),
    path("devices/dead-letters/act/", letters.act_on_letters, name="dead_letters_act"),
    path("devices/dead-letters/export/", letters.export_letters, name="dead_letters_export"),
    path("devices/dead-letters/<int:number>/", letters.dead_letter, name="dead_letter"),
    path("devices/dead-letters/<int:number>/raw/", letters.dead_letter_raw, name="dead_letter_raw"),
    path("devices/mappings/", mappings.all_mappings, name="mappings"),
    path("devices/mappings/new/", mappings.new_mapping, name="new_mapping"),
    path("devices/mappings/preview/", mappings.preview, name="mapping_preview"),
    path("devices/mappings/<int:number>/", mappings.mapping, name="mapping"),
    path("devices/mappings/<int:number>/switch/", mappings.switch_mapping, name="mapping_switch"),
    path("devices/mappings/<int:number>/raise/", mappings.raise_mapping, name="mapping_raise"),
    path("devices/mappings/<int:number>/remove/", mappings.remove_mapping, name="mapping_remove"),
    path("devices/<slug:name>/", devices.device, name="device"),
    path("devices/<slug:name>/export/", exports.export, name="device_export"),
    path("devices/<slug:name>/behind/", gateways.behind, name="device_behind"),
    path("devices/<slug:name>/reads/", reads.reads, name="device_reads"),
    path("devices/<slug:name>/reads.csv", reads.export, name="device_reads_export"),
    path("devices/<slug:name>/captures/", reads.capture, name="device_capture"),
    path("devices/<slug:name>/captures/<int:number>/", reads.captured, name="device_captured"),
    path("devices/<slug:name>/captures/<int:number>/end/", reads.end_capture, name="device_capture_end"),
    path("devices/<slug:name>/adopt/", devices.adopt, name="device_adopt"),
    path("devices/<slug:name>/split/", splits.split, name="device_split"),
    path("devices/<slug:name>/unsplit/", splits.give_back, name="device_unsplit"),
    path("devices/<slug:name>/replace/", devices.replace, name="device_replace"),
    path("devices/<slug:name>/ignore/", devices.ignore, name="device_ignore"),
    path("devices/<slug:name>/credential/", enrolment.account, name="device_credential"),
    path("devices/<slug:name>/revoke/", enrolment.revoke, name="device_revoke"),
    path("devices/<slug:name>/lift/", enrolment.lift, name="device_lift"),
]
