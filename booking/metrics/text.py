"""Prometheus' text format, version 0.0.4.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

Samples = Iterable[tuple[dict[str, str], float]]


def metric(name: str, kind: str, text: str, samples: Samples) -> Iterator[str]:
    """What it is, and a line for each sample."""
    yield from _head(name, kind, text)
    for labels, value in samples:
        yield _line(name, labels, value)


def histogram(name: str, text: str, told: Any) -> Iterator[str]:
    """A `lab.timing.Timing` as it was told by another process; nothing when it told none."""
    try:
        bounds, counts, whole = list(told["bounds"]), list(told["counts"]), float(told["sum"])
        upto = list(accumulate(int(count) for count in counts))
        edges = [f"{float(bound):g}" for bound in bounds]
    except (KeyError, TypeError, ValueError):
        return
    if len(upto) != len(edges) + 1:
        return
    yield from _head(name, "histogram", text)
    for edge, count in zip([*edges, "+Inf"], upto, strict=True):
        yield _line(f"{name}_bucket", {"le": edge}, count)
    yield _line(f"{name}_sum", {}, whole)
    yield _line(f"{name}_count", {}, upto[-1])


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: dict[str, str], value: float) -> str:
    shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
