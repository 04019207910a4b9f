"""What the tests of all families have recorded: (family, topic, payload, what was heard before)."""

import json

from tests.firmware_bridge.profiles import (
    test_esphome,
    test_homeassistant,
    test_homie5,
    test_impinj,
    test_moonraker,
    test_octoprint,
    test_shelly1,
    test_shelly2,
    test_sparkplug,
    test_tasmota,
    test_zebra,
    test_zigbee2mqtt,
)

NODE = ("spBv1.0/Lab/NBIRTH/Edge_1", test_sparkplug.NBIRTH)
SCALE = ("spBv1.0/Lab/DBIRTH/Edge_1/scale-7", test_sparkplug.DBIRTH)
CAR = ("homie/5/super-car/$description", json.dumps(test_homie5.CAR).encode())
BEDROOM = ("homeassistant/sensor/sensorBedroomT/config", json.dumps(test_homeassistant.BEDROOM).encode())
WHOLE = ("homeassistant/device/0AFFD2/config", json.dumps(test_homeassistant.WHOLE).encode())

RECORDED = [
    ("native", "fablab/v1/laser-1/readings", b'{"at":1795400000.25,"power":132.5,"state":"busy"}', []),
    ("native", "fablab/v1/door-1/hello", b'{"profile":"door-reader","firmware":"2"}', []),
    ("tasmota", "tele/plug-7/SENSOR", test_tasmota.SENSOR, []),
    ("tasmota", "atelier/plug-7/SENSOR", test_tasmota.SENSOR, []),
    ("tasmota", "stat/pow/STATUS8", test_tasmota.STATUS8, []),
    ("tasmota", "stat/th/STATUS11", test_tasmota.STATUS11, []),
    ("tasmota", "tele/room/SENSOR", test_tasmota.SEVERAL, []),
    ("tasmota", "stat/plug-7/POWER", b"ON", []),
    ("tasmota", "tele/plug-7/LWT", b"Online", []),
    *(("tasmota", topic, payload, []) for topic, payload, _ in test_tasmota.MORE),
    *(("shelly1", topic, payload, []) for topic, payload, _ in test_shelly1.RECORDED),
    ("shelly1", "shellies/announce", test_shelly1.ANNOUNCE, []),
    *(
        ("shelly2", f"{test_shelly2.PLUG}/status/{component}", payload, [])
        for component, payload, _ in test_shelly2.STATUSES
    ),
    ("shelly2", "lab/plug/events/rpc", test_shelly2.PARTIAL % b"12.4", []),
    ("shelly2", "x/events/rpc", test_shelly2.PUSHED, []),
    *(("esphome", topic, payload, []) for topic, payload, _ in test_esphome.RECORDED),
    *(("zigbee2mqtt", f"zigbee2mqtt/{name}", payload, []) for name, payload, _ in test_zigbee2mqtt.RECORDED),
    ("zigbee2mqtt", "zigbee2mqtt/bridge/devices", json.dumps(test_zigbee2mqtt.DEVICES).encode(), []),
    ("octoprint", "octoPrint/temperature/tool0", test_octoprint.HEAT, []),
    ("octoprint", "printer-1/temperature/tool0", test_octoprint.HEAT, []),
    ("octoprint", "octoPrint/progress/printing", test_octoprint.PRINTING, []),
    ("octoprint", "octoPrint/event/PrintStarted", b'{"_event":"PrintStarted"}', []),
    ("octoprint", "octoPrint/mqtt", b"connected", []),
    ("moonraker", "voron/klipper/status", test_moonraker.STATUS, []),
    ("moonraker", "voron/klipper/state/heater_bed/temperature", b'{"eventtime": 1.5, "value": 24.0}', []),
    ("moonraker", "voron/moonraker/status", b'{"server": "online"}', []),
    ("homie5", *CAR, []),
    ("homie5", "homie/5/super-car/$state", b"ready", []),
    ("homie5", "homie/5/super-car/engine/temperature", b"21.5", [CAR]),
    ("sparkplug", *NODE, []),
    ("sparkplug", *SCALE, [NODE]),
    ("sparkplug", "spBv1.0/Lab/NBIRTH/Edge_2", test_sparkplug.TYPE + test_sparkplug.MOTOR, []),
    ("sparkplug", "spBv1.0/Lab/NDATA/Edge_1", test_sparkplug.NDATA, [NODE, SCALE]),
    ("sparkplug", "spBv1.0/Lab/DDATA/Edge_1/scale-7", test_sparkplug.DDATA, [NODE, SCALE]),
    ("sparkplug", "spBv1.0/Lab/NDEATH/Edge_1", test_sparkplug.NDEATH, [NODE]),
    *(
        ("zebra", "zebra/fx9600-1/tevents", payload, [])
        for payload in (test_zebra.SIMPLE, test_zebra.CUSTOM, test_zebra.INVENTORY, test_zebra.METADATA)
    ),
    ("zebra", "zebra/fx9600-1/mevents", test_zebra.HEARTBEAT, []),
    ("zebra", "zebra/fx9600-1/mevents", test_zebra.GPO, []),
    ("zebra", "zebra/fx9600-1/mevents", test_zebra.USERAPP, []),
    ("zebra", "zebra/fx9600-1/mrsp", test_zebra.STATUS, []),
    ("zebra", "zebra/rfd40-7/mevents", test_zebra.BEAT, []),
    ("zebra", "zebra/fxr90-1/tevents", test_zebra.BEACON, []),
    ("impinj", "impinj/r700", test_impinj.FULL, []),
    ("impinj", "impinj/r700", test_impinj.PLAIN + b"\n" + test_impinj.SHORT, []),
    ("homeassistant", *BEDROOM, []),
    ("homeassistant", *WHOLE, []),
    ("homeassistant", "homeassistant/sensor/sensorBedroom/state", b'{"temperature":23.2}', [BEDROOM]),
    ("homeassistant", "sensorBedroom/state", b'{"temperature":70,"energy":"1.5"}', [WHOLE]),
]
