"""One real web process on a database of its own, and honest HTTP clients of it."""

import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import free_port, private_folder, wait_for_port

ROOT = Path(__file__).parents[1]
DO = """import json, sys, django; from importlib import import_module; django.setup()
module, name, told = sys.argv[1:]
print(json.dumps(getattr(import_module(module), name)(*json.loads(told))))"""


@dataclass(frozen=True)
class Site:
    """A web process on its port; `do` runs a function of a test module on the same database."""

    port: int
    environ: dict[str, str]
    pid: int

    def do(self, act: Callable[..., Any] | str, *told: Any) -> Any:
        """`act` may be `module:name`, for callers that are no Django process."""
        module, name = act.split(":") if isinstance(act, str) else (act.__module__, act.__name__)
        words = ["-c", DO, module, name, json.dumps(told)]
        done = subprocess.run(
            [sys.executable, *words], env=self.environ, cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        return json.loads(done.stdout)

    def client(self, token: str) -> "SiteClient":
        return SiteClient(self.port, token)


class SiteClient:
    """A member's program: one connection that stays open."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        told = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        self.connection.request(method, f"/api/v1/{path}", json.dumps(body) if body else None, told)
        answer = self.connection.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if answer.status < 500 and raw else raw.decode()


@contextmanager
def site(database_url: str = "", *, mqtt_url: str = "mqtt://bridge:bridge@127.0.0.1:9") -> Iterator[Site]:
    """A migrated database (SQLite unless told otherwise) and the web process on it."""
    with private_folder("site") as folder:
        environ = os.environ | {
            "ETABLI_STATE": str(folder),
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'db.sqlite3'}",
            "MQTT_URL": mqtt_url,
            "DJANGO_SETTINGS_MODULE": "lab.settings",
        }
        migrate = [sys.executable, "-m", "lab", "migrate", "-v", "0"]
        subprocess.run(migrate, env=environ, cwd=ROOT, check=True)
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "lab.asgi:application", "--port", str(port)]
        with (folder / "web.log").open("wb") as log:
            quiet = ["--no-access-log", "--log-level", "warning"]
            process = subprocess.Popen([*command, *quiet], env=environ, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for_port(port, process=process)
            yield Site(port, environ, process.pid)
        finally:
            process.terminate()
            process.wait(20)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Everything at the same moment, each in a thread of its own; the answers in order."""
    answers: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        start.wait()
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
