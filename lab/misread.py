"""What is wrong with a part of a request, in the reader's language, by the kind of fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

NUMBER, TIME = (
    _("a whole number is meant"),
    _("a time by ISO 8601 is meant, such as 2026-11-23T09:00:00+01:00"),
)
TEXT, CHOICE = _("text is meant"), _("one of these is meant: %(expected)s")
SENTENCES = {
    "missing": _("this is missing"),
    "extra_forbidden": _("there is no such field"),
    "too_short": _("at least %(min_length)s needed"),
    "too_long": _("at most %(max_length)s allowed"),
    "string_too_short": _("at least %(min_length)s characters needed"),
    "string_too_long": _("at most %(max_length)s characters allowed"),
    "string_type": TEXT,
    "string_unicode": TEXT,
    "text_unspeakable": _("text without null characters and broken signs is meant"),
    "list_type": _("a list is meant"),
    "dict_type": _("an object is meant"),
    "model_type": _("an object is meant"),
    "model_attributes_type": _("an object is meant"),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_from_float": NUMBER,
    "float_type": _("a number is meant"),
    "float_parsing": _("a number is meant"),
    "finite_number": _("a number is meant"),
    "bool_type": _("true or false is meant"),
    "bool_parsing": _("true or false is meant"),
    "greater_than_equal": _("%(ge)s or more is meant"),
    "greater_than": _("more than %(gt)s is meant"),
    "less_than_equal": _("%(le)s or less is meant"),
    "less_than": _("less than %(lt)s is meant"),
    "literal_error": CHOICE,
    "enum": CHOICE,
    "json_invalid": _("the JSON can’t be read"),
    "datetime_type": TIME,
    "datetime_parsing": TIME,
    "datetime_from_date_parsing": TIME,
    "datetime_object_invalid": TIME,
    "moment_written": TIME,
    "moment_naive": _("a time with its offset is meant, such as 2026-11-23T09:00:00+01:00"),
    "moment_beyond": _("a time between %(first)s and %(last)s is meant"),
}


def sentence(error: Mapping[str, Any]) -> str:
    """Why this part can't be read, from the fault's type and what it is about."""
    known = SENTENCES.get(error["type"])
    if known is None:
        return _now("this can’t be read")
    about = dict(error.get("ctx") or {})
    if "expected" in about:
        about["expected"] = str(about["expected"]).replace("' or '", "', '").replace("'", "")
    return str(known) % about


def where(location: Sequence[Any]) -> str:
    """The part's name as its sender wrote it."""
    # The framework adds "body", "query", the argument's name and, in brackets, what it tried.
    ours = {"body", "query", "payload", "filters", "part", "window"}
    return ".".join(str(each) for each in location if each not in ours and "[" not in str(each)) or "body"
