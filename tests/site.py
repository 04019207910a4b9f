"""One real web process on a database of its own, and honest HTTP clients of it."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.supervisor.crew import UVICORN
from tests.hands import Hands
from tests.servers import free_port, private_folder, wait_for_port
from tests.servers_postgres import migrated_postgres
from tests.templates import migrate, migrated

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Site:
    """A web process on its port; `do` runs a function of a test module on the same database."""

    port: int
    environ: dict[str, str]
    pid: int
    hands: Hands

    def do(self, act: Callable[..., Any] | str, *told: Any) -> Any:
        return self.hands.do(act, *told)

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
def site(
    database_url: str = "", *, empty: bool = True, mqtt_url: str = "mqtt://bridge:bridge@127.0.0.1:9"
) -> Iterator[Site]:
    """The web process on a migrated SQLite file, or on the database at the URL, which may be `empty`."""
    with private_folder("site") as folder:
        environ = os.environ | {
            "ETABLI_STATE": str(folder),
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'db.sqlite3'}",
            "MQTT_URL": mqtt_url,
            "DJANGO_SETTINGS_MODULE": "lab.settings",
        }
        if not database_url:
            shutil.copy(migrated(), folder)
        elif empty:
            migrate(environ)
        port, hands = free_port(), Hands(environ)
        command = [sys.executable, "-m", "uvicorn", "lab.asgi:application", "--port", str(port)]
        with (folder / "web.log").open("wb") as log:
            words = [*command, *UVICORN.split()]
            process = subprocess.Popen(words, env=environ, cwd=ROOT, stdout=log, stderr=log)
        try:
            wait_for_port(port, process=process)
            yield Site(port, environ, process.pid, hands)
        finally:
            hands.close()
            process.terminate()
            process.wait(60)


@contextmanager
def site_on(engine: str) -> Iterator[Site]:
    """A site on `sqlite` or `postgresql`."""
    if engine == "sqlite":
        with site() as found:
            yield found
    else:
        with migrated_postgres() as url, site(url, empty=False) as found:
            yield found


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
