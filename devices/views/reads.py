"""What a reader of tags sees: now by antenna, stays of tags before, and every single read for a while."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from devices import captures, history, queries
from devices.epc import decoded
from devices.forms.reads import ReadFilter
from devices.models import Capture, Device
from lab.auth import asking
from lab.gates import managers_only
from lab.spreadsheets import cell

PAGE = 50
HERE = timedelta(seconds=10)  # a tag that was seen so lately is still in the field
MOST_HERE = 500
MOST_EXPORTED = 200_000
HEADER = (
    "epc", "uri", "scheme", "company_prefix", "serial", "antenna", "first_seen", "last_seen", "count",
    "rssi_min", "rssi_mean", "rssi_max",
)  # fmt: skip


@login_required
@require_GET
def reads(request: HttpRequest, name: str) -> HttpResponse:
    """Context: `antennas` with who is in their field now, `stays` that the `filter` shows, `captures`."""
    found = _device(request, name)
    if "now" in request.GET:
        return render(request, "devices/_reads_now.html", _here(found))
    form = ReadFilter(request.GET)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    rows = history.reads(queries.store(), device=found.name, before=number, limit=PAGE + 1, **form.wanted)
    asked = request.GET.copy()
    asked.pop("before", None)
    context = {
        "stays": rows[:PAGE],
        "before": rows[PAGE - 1].id if len(rows) > PAGE else None,
        "filter": form,
        "narrowed": bool(form.wanted),
        "query": asked.urlencode(),
        "captures": captures.of_device(found, now=timezone.now()),
        "kept_days": captures.KEPT.days,
        "most_mb": captures.MOST_BYTES // 1024 // 1024,
    }
    return render(request, "devices/reads.html", context | _here(found))


@login_required
@require_GET
def export(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """What the filter shows as CSV, the newest first."""
    found, wanted = _device(request, name), ReadFilter(request.GET).wanted
    answer = StreamingHttpResponse(_rows(found.name, wanted), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}-reads.csv"'
    return answer


@require_POST
@managers_only
def capture(request: HttpRequest, name: str) -> HttpResponse:
    """Keep every single read for some minutes."""
    found = get_object_or_404(Device, name=name)
    said = request.POST.get("minutes", "")
    minutes = min(int(said), 24 * 60) if said.isascii() and said.isdigit() and len(said) < 9 else 10
    now = timezone.now()
    captures.start(device=found, by=asking(request), length=timedelta(minutes=minutes), now=now)
    messages.success(request, _("Every read is kept now."))
    return redirect("device_reads", name=name)


@require_POST
@managers_only
def end_capture(request: HttpRequest, name: str, number: int) -> HttpResponse:
    captures.stop(capture=_capture(name, number), now=timezone.now())
    return redirect("device_reads", name=name)


@managers_only
@require_GET
def captured(request: HttpRequest, name: str, number: int) -> FileResponse:
    """The file of a capture, also while it grows."""
    row = _capture(name, number)
    try:
        file = captures.path_of(row.pk).open("rb")
    except OSError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=f"{name}-{row.pk}.csv", content_type="text/csv")


def _device(request: HttpRequest, name: str) -> Device:
    found: Device = get_object_or_404(queries.visible(asking(request)), name=name)
    return found


def _capture(name: str, number: int) -> Capture:
    return get_object_or_404(Capture, device__name=name, pk=number)


def _here(found: Device) -> dict[str, Any]:
    rows = history.reads(queries.store(), device=found.name, start=timezone.now() - HERE, limit=MOST_HERE)
    antennas: dict[int, list[history.Dwell]] = {}
    for row in sorted(rows, key=lambda row: (row.antenna, row.epc)):
        antennas.setdefault(row.antenna, []).append(row)
    return {"device": found, "antennas": antennas, "here": len({row.epc for row in rows})}


def _rows(name: str, wanted: dict[str, Any]) -> Iterator[bytes]:
    yield _line(HEADER)
    before, left = None, MOST_EXPORTED
    while left > 0:
        rows = history.reads(queries.store(), device=name, before=before, limit=min(1_000, left), **wanted)
        yield from (_line(_told(row)) for row in rows)
        if not rows:
            return
        before, left = rows[-1].id, left - len(rows)


def _told(row: history.Dwell) -> tuple[object, ...]:
    epc = decoded(row.epc)
    words = (epc.uri, epc.scheme, epc.company, epc.serial) if epc else ("", "", "", "")
    times = (row.first_seen.astimezone(UTC).isoformat(), row.last_seen.astimezone(UTC).isoformat())
    return (row.epc, *words, row.antenna, *times, row.count, row.rssi_min, row.rssi, row.rssi_max)


def _line(cells: tuple[object, ...]) -> bytes:
    told = io.StringIO()
    csv.writer(told).writerow("" if one is None else cell(one) for one in cells)
    return told.getvalue().encode()
