"""Pages of serial ports: all of them, one with its line, and what a manager may do with it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from devices import ports
from devices.forms.ports import PortForm, initial_of, names
from devices.models import SerialPort
from devices.rules.serial import KINDS
from lab.auth import asking
from lab.gates import managers_only


@managers_only
def serial_ports(request: HttpRequest) -> HttpResponse:
    """Context: `ports`, SerialPorts with their devices."""
    return render(request, "devices/serial_ports.html", {"ports": ports.all_ports()})


@managers_only
def new_port(request: HttpRequest) -> HttpResponse:
    return _page(request, PortForm(request.POST or None), None)


@managers_only
def serial_port(request: HttpRequest, name: str) -> HttpResponse:
    """Context: `port`, `form`, `kinds` (to explain the options), `names` of devices to choose from."""
    port = _port(name)
    return _page(request, PortForm(request.POST or None, port=port, initial=initial_of(port)), port)


@require_POST
@managers_only
def switch_port(request: HttpRequest, name: str) -> HttpResponse:
    """Take it into service, or out of it."""
    port = _port(name)
    try:
        ports.switch(port=port, enabled=not port.enabled, by=asking(request), now=timezone.now())
    except IntegrityError:
        messages.error(request, _("Another device has this line."))
    return redirect("serial_port", name=name)


@require_POST
@managers_only
def install_port(request: HttpRequest, name: str) -> HttpResponse:
    """Let the reader take its first key, for some minutes."""
    port = get_object_or_404(ports.all_ports(), device__name=name, kind="osdp", enabled=True)
    ports.begin_installing(port=port, by=asking(request), now=timezone.now())
    said = _("For five minutes {device} may take its key. Put the reader into its installation mode now.")
    messages.success(request, said.format(device=port.device))
    return redirect("serial_port", name=name)


@require_POST
@managers_only
def remove_port(request: HttpRequest, name: str) -> HttpResponse:
    port = _port(name)
    ports.disconnect(port=port, by=asking(request), now=timezone.now())
    messages.success(request, _("{device} no longer hangs on a line.").format(device=port.device))
    return redirect("serial_ports")


def _page(request: HttpRequest, form: PortForm, port: SerialPort | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        secret = settings.CONFIG.reader_secret
        try:
            kept = ports.connect(**form.line, secret=secret, by=asking(request), now=timezone.now())
        except IntegrityError:
            form.add_error("url", _("Another device has this line."))
        else:
            messages.success(request, _("{device} hangs on {url}.").format(device=kept.device, url=kept.url))
            return redirect("serial_port", name=kept.device.name)
    context = {
        "form": form,
        "port": port,
        "kinds": KINDS.values(),
        "names": names(),
        "installing": port is not None and ports.is_installing(port, timezone.now()),
    }
    return render(request, "devices/serial_port.html", context, status=422 if form.errors else 200)


def _port(name: str) -> SerialPort:
    return get_object_or_404(ports.all_ports(), device__name=name)
