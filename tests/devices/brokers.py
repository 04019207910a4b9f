"""An embedded broker of a test, the accounts that it knows, and plain clients."""

import json
import queue
import socket
import sys
from dataclasses import asdict

import paho.mqtt.client as paho

from devices.broker.accounts import Account
from devices.credentials import hash_password
from tests.processes import running
from tests.servers import free_port

PATIENCE = 90
BRIDGE = Account("bridge", hash_password("bridge", iterations=1), service=True)
DOOR = Account("door-1", hash_password("door-1", iterations=1))
LAMP = Account("lamp-1", hash_password("lamp-1", iterations=1))
PLUG = Account("plug-1", hash_password("plug-1", iterations=1), profile="tasmota")


class Broker:
    """A running engine, and who it should know from now on."""

    def __init__(self, engine, folder):
        self.engine, self.folder, self.port = engine, folder, free_port()
        self.know(BRIDGE, DOOR, LAMP, PLUG)

    def run(self, **environ):
        words = ("-m", "tests.devices.broker_of", self.engine, str(self.folder), str(self.port))
        return running(sys.executable, *words, **environ)

    def know(self, *accounts):
        draft = self.folder / "draft"
        draft.write_text(json.dumps([asdict(account) for account in accounts]))
        draft.replace(self.folder / "accounts.json")

    def client(self, name, *, port=0, **options):
        return Client(port or self.port, name, **options)


class Client:
    """A plain MQTT 3.1.1 client whose password is its name."""

    def __init__(
        self, port, name, *, password=None, client_id="", clean=True, will=None, host="127.0.0.1", tls=None
    ):
        self.heard = queue.Queue()
        self.connected = queue.Queue()
        self.lost = queue.Queue()
        self._ready = queue.Queue()
        self.paho = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id, clean_session=clean, reconnect_on_failure=False
        )
        self.paho.username_pw_set(name, password or name)
        if tls:
            self.paho.tls_set_context(tls)
        if will:
            self.paho.will_set(*will, qos=1)
        self.paho.on_connect = lambda _c, _u, _f, reason, _p: self.connected.put(not reason.is_failure)
        self.paho.on_disconnect = lambda *_: self.lost.put(True)
        self.paho.on_message = lambda _c, _u, message: self.heard.put((message.topic, message.payload))
        self.paho.on_subscribe = lambda *_: self._ready.put(True)
        self.paho.on_socket_open = lambda _c, _u, sock: sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self.paho.connect_timeout = PATIENCE
        self.paho.connect(host, port)
        self.paho.loop_start()
        self.welcome = self.connected.get(timeout=PATIENCE)

    def listen(self, *topics):
        self.paho.subscribe([(topic, 1) for topic in topics])
        self._ready.get(timeout=PATIENCE)
        return self

    def say(self, topic, payload="x", *, retain=False):
        self.paho.publish(topic, payload, qos=1, retain=retain).wait_for_publish(PATIENCE)

    def next(self, seconds=PATIENCE):
        return self.heard.get(timeout=seconds)

    def vanish(self):
        """End without a word, as a device does that loses its power."""
        if sock := self.paho.socket():
            sock.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.paho.disconnect()
        self.paho.loop_stop()
