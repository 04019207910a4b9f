"""How a device is let in, renewed and put out; what it has to know is shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from segno.encoder import DataOverflowError

from devices import actions, enrolment, lockouts, provisioning
from devices.forms.enrolment import EnrolForm, ProvisionForm, RenewForm, taken
from devices.models import Device
from lab.auth import asking
from lab.gates import managers_only


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What a device has to know, in the forms in which it takes it."""

    device: Device
    facts: dict[str, Any]
    line: str
    reader: bool

    @property
    def code(self) -> SafeString | None:
        """The line for a camera; None when it is too long for one."""
        try:
            drawn = segno.make(self.line, error="l", micro=False, boost_error=False)
        except DataOverflowError:
            return None
        svg = drawn.svg_inline(border=4, light="#fff", svgclass="qr dense", lineclass=None, omitsize=True)
        return mark_safe(svg)  # noqa: S308  drawn by segno: squares, whatever they mean

    @property
    def secrets(self) -> str:
        return provisioning.esphome_secrets(self.facts)


@never_cache
@sensitive_post_parameters("wifi_password")
@managers_only
@require_http_methods(["GET", "POST"])
def new_device(request: HttpRequest) -> HttpResponse:
    """Context: `form`."""
    form = EnrolForm(request.POST or None, initial={"broker": _broker_url(request)})
    if form.is_valid():
        try:
            return _shown_once(request, *_registered(request, form), form)
        except IntegrityError:
            form.add_error("name", taken(form.cleaned_data["name"]))
    return render(request, "devices/new_device.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("wifi_password")
@managers_only
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, name: str) -> HttpResponse:
    """Its password's age, another one, the way out. Context: `device`, `form`, `history`."""
    found = get_object_or_404(Device.objects.select_related("door", "resource", "zone"), name=name)
    form = RenewForm(
        request.POST or None,
        device=found,
        reader=provisioning.is_reader(found),
        can_wait=enrolment.can_wait(found),
        initial={"broker": _broker_url(request), "seen": enrolment.mark(found)},
    )
    if form.is_valid():
        if form.cleaned_data["seen"] != enrolment.mark(found):
            messages.warning(request, _("That password was shown already. If it is lost, make another one."))
            return redirect("device_credential", name=name)
        return _shown_once(request, found, _renewed(request, found, form), form)
    context = {
        "device": found,
        "form": form,
        "history": enrolment.history(found),
    }
    return render(request, "devices/account.html", context, status=422 if form.errors else 200)


@require_POST
@managers_only
def revoke(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(Device, name=name)
    enrolment.revoke(device=found, now=timezone.now(), by=asking(request))
    said = _("{device} is put out within seconds. Only a new password lets it in again.")
    messages.success(request, said.format(device=found))
    return redirect("device_credential", name=name)


@require_POST
@managers_only
def lift(request: HttpRequest, name: str) -> HttpResponse:
    """Hear a reader again that was locked out."""
    found = get_object_or_404(Device, name=name)
    lockouts.lift(device=found, by=asking(request), now=timezone.now())
    messages.success(request, _("{device} is heard again within a second or two.").format(device=found))
    return redirect("device", name=name)


@sensitive_variables()
def _registered(request: HttpRequest, form: EnrolForm) -> tuple[Device, str]:
    said, by, now = form.cleaned_data, asking(request), timezone.now()
    with transaction.atomic():
        device, password = enrolment.register(
            name=said["name"], profile=said["kind"], label=said["label"], now=now, by=by
        )
        if place := form.speaks_for:
            actions.adopt(device=device, by=by, now=now, **place)
    return device, password


def _renewed(request: HttpRequest, found: Device, form: RenewForm) -> str:
    change = enrolment.issue_credential if form.at_once else enrolment.renew
    return change(device=found, now=timezone.now(), by=asking(request))


@sensitive_variables()
def _shown_once(request: HttpRequest, device: Device, password: str, form: ProvisionForm) -> HttpResponse:
    """The only answer that ever holds this password; `never_cache` above tells browsers not to keep it."""
    broker, authority = form.where, settings.CONFIG.broker.ca
    ca = authority.read_text() if authority and broker.tls else ""
    reader = provisioning.is_reader(device)
    if reader:
        facts = provisioning.document(
            device,
            password,
            broker=broker,
            secret=settings.CONFIG.reader_secret,
            language=settings.LANGUAGE_CODE,
            ca=ca,
        )
    else:
        facts = provisioning.plain_document(device, password, broker=broker, ca=ca)
    facts |= form.more
    told = Told(device, facts, provisioning.in_one_line(facts), reader)
    return render(request, "devices/enrolled.html", {"told": told, "device": device})


def _broker_url(request: HttpRequest) -> str:
    """Where devices find the broker, as far as one can guess it here."""
    listeners, broker = settings.LISTENERS, settings.CONFIG.broker
    if listeners.told:
        return str(listeners.told)
    if not broker.embedded:
        return f"{'mqtts' if broker.tls else 'mqtt'}://{broker.host}:{broker.port}"
    host = urlsplit(f"//{request.get_host()}").hostname or broker.host
    host = f"[{host}]" if ":" in host else host
    if listeners.secure:
        return f"mqtts://{host}:{listeners.secure.port}"
    return f"mqtt://{host}:{settings.CONFIG.mqtt_port}"
