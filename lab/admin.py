"""The plain admin for people, places and resources."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from lab.models import (
    Award,
    Badge,
    Certification,
    Closure,
    Door,
    Member,
    OpeningHours,
    Outage,
    Resource,
    Unit,
    Zone,
)


@admin.register(Member)
class MemberAdmin(UserAdmin[Member]):
    list_display = ("username", "display_name", "role", "suspended", "member_until")
    list_filter = ("role", "suspended")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (
            _("Lab"),
            {"fields": ("role", "language", "suspended", "member_until", "any_hour", "shows_name")},
        ),
    )


class HoursInline(admin.TabularInline[OpeningHours, Zone]):
    model = OpeningHours
    extra = 0


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin[Zone]):
    list_display = ("slug", "name", "capacity", "always_open")
    inlines = [HoursInline]


class UnitInline(admin.TabularInline[Unit, Resource]):
    model = Unit
    extra = 0


@admin.register(Resource)
class ResourceAdmin(admin.ModelAdmin[Resource]):
    list_display = ("slug", "name", "kind", "zone", "certification")
    list_filter = ("kind", "zone")
    inlines = [UnitInline]


@admin.register(Badge)
class BadgeAdmin(admin.ModelAdmin[Badge]):
    list_display = ("label", "member", "kind", "assurance", "lost_at")
    list_filter = ("kind", "assurance")


@admin.register(Award)
class AwardAdmin(admin.ModelAdmin[Award]):
    list_display = ("member", "certification", "awarded_by", "awarded_at", "expires_at")
    list_filter = ("certification",)


admin.site.register([Certification, Closure, Door, Outage])
