"""The UHF gate of the RFID bench: a Zebra reader with two antennas, before which tags lie, come and go."""

import json
from datetime import UTC, datetime
from typing import Any

from devices.simulation.clients.printers import Foreign
from devices.simulation.link import Message
from devices.simulation.physics.noise import between, drift
from devices.simulation.plan import Account, Broker
from devices.simulation.world import World

# SGTINs of one article, a returnable crate, a fixed asset, and two labels that no GS1 company gave out.
LYING = ("3074257BF7194E4000001A85", "3074257BF7194E4000001A86", "3074257BF7194E4000001A87")
PASSING = (
    "3074257BF7194E4000001A91",
    "341401388000000000000001",
    "334400000000000000000007",
    "E2801191A5030065F26CCBFF",
    "7EDA9038051002710002C0AE",
)
AWAY = 0.25  # of a drift between -1 and 1: above it a tag is in the field


class UhfReader(Foreign):
    """Tells once a second what each antenna saw, as an array of events (zebradevs.github.io, ziotc)."""

    period = 1.0

    def __init__(self, account: Account, broker: Broker, world: World) -> None:
        # Such a reader has no last will; an empty retained message is none for whoever listens.
        super().__init__(account, broker, world, will=Message(f"{account.name}/mevents", "", retain=True))
        self._number = 0

    def report(self) -> None:
        lab = self.world.clock.now()
        here = [epc for epc in PASSING if drift(lab, seed=f"{self.seed}/{epc}", period=25) > AWAY]
        events = [self._event(epc, 1, lab) for epc in LYING] + [self._event(epc, 2, lab) for epc in here]
        self.link.send(Message(f"{self.account.name}/tevents", json.dumps(events), qos=1))

    def goodbye(self) -> None:
        self.link.close()

    def _event(self, epc: str, antenna: int, lab: float) -> dict[str, Any]:
        self._number += 1
        strength = between(-58, -44, self.seed, epc) + 3 * drift(lab, seed=f"{epc}/rssi", period=4)
        at = datetime.fromtimestamp(self.world.clock.stamp(), UTC)
        return {
            "type": "SIMPLE",
            "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000",
            "data": {
                "antenna": antenna,
                "eventNum": self._number,
                "format": "epc",
                "idHex": epc,
                "peakRssi": round(strength),
                "reads": 1 + self._number % 9,
            },
        }
