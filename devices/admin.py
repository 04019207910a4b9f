"""The plain admin for devices."""

from django.contrib import admin

from devices.models import Channel, Device


class ChannelInline(admin.TabularInline[Channel, Device]):
    model = Channel
    extra = 0


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin[Device]):
    list_display = ("name", "profile", "resource", "door", "online", "claimed_at", "revoked")
    list_filter = ("profile", "online", "revoked")
    inlines = [ChannelInline]
