"""`python -m tests.bench [NAME…]` (or `ONLY=name,name`): one JSON object a line, each beside its limit."""

import importlib
import json
import os
import pkgutil
import sys

import tests.bench


def chosen(words: list[str]) -> list[str]:
    """The benchmarks that are asked for; all of them when none is."""
    known = sorted(
        module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name[0] != "_"
    )
    asked = [name for word in words for name in word.replace(",", " ").split()]
    unknown = set(asked) - set(known)
    if unknown:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return asked or known


def main() -> None:
    for name in chosen([*sys.argv[1:], os.environ.get("ONLY", "")]):
        for line in importlib.import_module(f"tests.bench.{name}").run():
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
