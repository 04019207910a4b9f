"""Devices, the channels that they report, and which resource or door they speak for."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from devices.rules.serial import KINDS, LONGEST_URL
from lab.models import Badge, Door, Member, Resource, Zone

NAME = r"[a-z0-9][a-z0-9-]{0,62}"


class Device(models.Model):
    """Electronics that speaks; its name is its MQTT user name and the third level of its topics."""

    name = models.CharField(_("name"), max_length=63, unique=True, validators=[RegexValidator(rf"^{NAME}\Z")])
    profile = models.CharField(_("profile"), max_length=40, default="native")
    label = models.CharField(_("label"), max_length=80, blank=True)
    firmware = models.CharField(_("firmware"), max_length=80, blank=True)
    credential = models.CharField(max_length=200, blank=True, editable=False)
    key_salt = models.CharField(max_length=32, blank=True, editable=False)  # renewed with each credential
    revoked = models.BooleanField(_("revoked"), default=False)
    ignored = models.BooleanField(_("ignored"), default=False)

    claimed_at = models.DateTimeField(_("adopted"), null=True, blank=True)
    claimed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    resource = models.ForeignKey(
        Resource, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices"
    )
    door = models.ForeignKey(Door, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")
    zone = models.ForeignKey(Zone, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")

    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )

    online = models.BooleanField(_("online"), default=False)
    status_at = models.DateTimeField(_("status since"), null=True, blank=True)
    expected_interval = models.FloatField(_("expected interval (s)"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(resource__isnull=False, door__isnull=False),
                name="device_speaks_for_resource_or_door",
            )
        ]

    def __str__(self) -> str:
        return self.label or self.name

    @property
    def claimed(self) -> bool:
        return self.claimed_at is not None


class Channel(models.Model):
    """One value of a device; `unit` is canonical (W, Wh, °C, s…)."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="channels")
    key = models.CharField(_("key"), max_length=80)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    label = models.CharField(_("label"), max_length=80, blank=True)
    keep_days = models.PositiveIntegerField(
        _("days that every reading is kept"),
        null=True,
        blank=True,
        help_text=_("Empty: as the lab has it; 0: for ever. Minutes and hours stay longer."),
    )

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["device", "key"], name="channel_key_once_per_device")]

    def __str__(self) -> str:
        return f"{self.device}/{self.key}"


class ReaderPrint(models.Model):
    """What readers know a badge by, sealed: it tells nothing without the pepper (`lab.fingerprints`)."""

    badge = models.OneToOneField(Badge, on_delete=models.CASCADE, related_name="reader_print")
    sealed = models.CharField(max_length=64, editable=False)

    def __str__(self) -> str:
        return f"print of badge {self.badge_id}"


class AllowList(models.Model):
    """The list that a reader decides from while the server is away, and what the reader last told of it."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="allow_list")
    version = models.PositiveIntegerField(_("version"), default=0)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    entries = models.PositiveIntegerField(_("badges"), default=0)
    left_out = models.PositiveIntegerField(_("badges that found no room"), default=0)
    issued_at = models.DateTimeField(_("issued"))
    stale_at = models.DateTimeField(_("no machine after"))
    expires_at = models.DateTimeField(_("expires"))

    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    held = models.PositiveIntegerField(_("version held by the reader"), null=True, blank=True)
    taken_s = models.FloatField(_("taken after (s)"), null=True, blank=True)
    refusal = models.CharField(_("why the reader did not take it"), max_length=40, blank=True)
    pending = models.PositiveIntegerField(_("passages still to come"), null=True, blank=True)
    clock_error = models.FloatField(_("clock error (s)"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at__lte=F("stale_at"), stale_at__lte=F("expires_at")),
                name="allow_list_is_stale_before_it_expires",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.version}"


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
