"""A thing of the lab with an address and a name in each language."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lab.models.house import HouseFact


class Named(HouseFact):
    """Slug for machines, French name first, English name beside it."""

    slug = models.SlugField(_("slug"), max_length=63, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)

    class Meta:
        abstract = True
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name
