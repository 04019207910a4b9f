"""Message catalogues without the gettext programs: `python -m tools.messages update | compile | check`.

Message ids are English; `fr` translates them, `en` repeats them: English is chosen, not fallen back to.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.places import LOCALE, ROOMS, ROOT

LANGUAGES = ("fr", "en")
DOMAIN = "django"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
CHURN = re.compile(
    r'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By)'
    r".*\n",
    re.MULTILINE,
)


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
        yield from (path for path in (ROOT / room).glob("templates/**/*") if path.suffix in {".html", ".txt"})


def extracted() -> Catalog:
    """Every message that code and templates mark."""
    template = Catalog()
    for path in sorted(sources()):
        for _line, message, comments, context in extract("python", _python(path), keywords=KEYWORDS):
            template.add(message, auto_comments=comments, context=context)
    return template


def _python(path: Path) -> io.BytesIO:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What stands between the messages is blanked out, but its indentation would not parse.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    return io.BytesIO(text.encode())


def read(language: str) -> Catalog:
    path = catalogue(language)
    with path.open("rb") if path.exists() else io.BytesIO() as file:
        return read_po(file, locale=language, domain=DOMAIN)


def update() -> None:
    """Bring both catalogues in step with the sources; translations are kept."""
    template = extracted()
    for language in LANGUAGES:
        kept = read(language)
        kept.update(template, no_fuzzy_matching=True)
        kept.obsolete.clear()
        if language == "en":
            for message in _messages(kept):
                message.string = message.id
        written = io.BytesIO()
        write_po(written, kept, no_location=True, sort_output=True, width=100)
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CHURN.sub("", written.getvalue().decode()), encoding="utf-8")


def compile_all() -> None:
    for language in LANGUAGES:
        target = catalogue(language).with_suffix(".mo")
        if catalogue(language).exists():
            with target.open("wb") as file:
                write_mo(file, read(language))


def faults() -> Iterator[str]:
    """What is missing, empty, unsure or stale, a line each."""
    wanted = {(message.id, message.context) for message in _messages(extracted())}
    for language in LANGUAGES:
        found = {(message.id, message.context): message for message in _messages(read(language))}
        for key in sorted(wanted - found.keys(), key=str):
            yield f"{language}: missing: {key[0]!r}"
        for key in sorted(found.keys() - wanted, key=str):
            yield f"{language}: no longer used: {key[0]!r}"
        for key in sorted(found.keys() & wanted, key=str):
            yield from (f"{language}: {fault}: {key[0]!r}" for fault in faults_of(found[key]))


def faults_of(message: Message) -> Iterator[str]:
    ids, strings = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if not all(strings):
        yield "empty"
    elif placeholders(ids[-1]) != placeholders(strings[-1]) or any(
        placeholders(text) - placeholders(ids[-1]) for text in strings
    ):  # a singular may well leave its number out
        yield "placeholders differ"


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def main(command: str) -> int:
    match command:
        case "update":
            update()
        case "compile":
            compile_all()
        case "check":
            found = list(faults())
            print(*found, sep="\n", end="\n" if found else "")
            if found:
                print(f"{len(found)} faults: `python -m tools.messages update`, then translate lab/locale")
            return bool(found)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
