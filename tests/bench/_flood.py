"""`python -m tests.bench._flood PORT`: a thousand messages of three readings a second, until it is ended."""

import itertools
import json
import sys
import time

import paho.mqtt.client as paho

A_SECOND = 1000
DEVICES = 100


def main(port: int) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="flood")
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    began = time.monotonic()
    for number in itertools.count():
        facts = {"at": round(time.time(), 4), "power": number * 0.1, "energy": number, "state": "busy"}
        client.publish(f"fablab/v1/meter-{number % DEVICES}/readings", json.dumps(facts), 1)
        ahead = began + number / A_SECOND - time.monotonic()
        if ahead > 0.005:
            time.sleep(ahead)


if __name__ == "__main__":
    main(int(sys.argv[1]))
