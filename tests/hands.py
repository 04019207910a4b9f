"""A Django process of a test that does what it is told, one thing after the other, and answers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

ROOT = Path(__file__).parents[1]
# Whatever a function prints goes to stderr, so that only answers are on the line; as in every test,
# passwords are hashed fast.
LISTEN = """import json, os, sys, django; from importlib import import_module
answers = os.fdopen(os.dup(1), "w", buffering=1); os.dup2(2, 1); django.setup()
from django.conf import settings; from django.db import connections
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
for line in sys.stdin:
    module, name, told = json.loads(line)
    answer = json.dumps(getattr(import_module(module), name)(*told))
    connections.close_all()
    print(answer, file=answers)"""


class Hands:
    """Calls functions of a test module on a lab's database; started when first needed."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def do(self, act: Callable[..., Any] | str, *told: Any) -> Any:
        """`act` may be `module:name`, for callers that are no Django process."""
        module, name = act.split(":") if isinstance(act, str) else (act.__module__, act.__name__)
        with self._lock:
            process = self._started()
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps([module, name, told]) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        assert answer, f"{module}:{name} failed, see above"
        return json.loads(answer)

    def close(self) -> None:
        if self._process:
            self._process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LISTEN],
                env=os.environ | self.environ,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process
