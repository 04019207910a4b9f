"""How devices are heard: the processes that listen, serial lines, and mappings of unknown topics."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from devices.models.devices import Device
from devices.rules.serial import KINDS, LONGEST_URL


class Service(models.Model):
    """A process of ours that hears devices: without a break from `since` to `seen_at`."""

    name = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lte=F("seen_at")), name="service_is_seen_after_its_start"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SerialPort(models.Model):
    """A device on a serial line of the host that runs `python -m firmware_bridge serial`.

    An OSDP reader's key comes from a secret that is not in this table, or lies here sealed with it; no page
    ever shows it (`devices.serial_keys`).
    """

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="serial_port")
    kind = models.CharField(
        _("kind"), max_length=20, choices=[(name, kind.label) for name, kind in KINDS.items()]
    )
    url = models.CharField(_("address of the line"), max_length=LONGEST_URL)
    options = models.CharField(_("options"), max_length=200, blank=True)
    enabled = models.BooleanField(_("in service"), default=True)
    key_salt = models.CharField(max_length=32, editable=False)
    sealed_key = models.CharField(max_length=32, blank=True, editable=False)
    install_until = models.DateTimeField(null=True, blank=True, editable=False)
    trouble = models.CharField(max_length=200, blank=True, editable=False)
    trouble_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["device__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["url"],
                condition=Q(enabled=True) & ~Q(kind="osdp"),
                name="serial_line_serves_one_device",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device.name} ({self.url})"


class Mapping(models.Model):
    """How messages of topics that no family reads become channels; asked in the order of `position`.

    `channels` are objects of `key`, `path`, `unit` and `states` (word → value); the bridge compiles them.
    """

    label = models.CharField(_("name"), max_length=80)
    topic = models.CharField(_("topics"), max_length=200)
    device = models.CharField(_("device"), max_length=63, blank=True)
    at_path = models.CharField(_("path of the time"), max_length=200, blank=True)
    channels = models.JSONField(default=list)
    enabled = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
