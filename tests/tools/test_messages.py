"""Catalogues are checked without the gettext programs."""

import gettext

import pytest
from babel.messages.catalog import Catalog, Message

from tools import messages


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A room with one Python file and one template, and catalogues of its own."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "ROOMS", ("lab",))
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "lab" / "locale")
    templates = tmp_path / "lab" / "templates"
    templates.mkdir(parents=True)
    (tmp_path / "lab" / "views.py").write_text('GREETING = _("Hello %(name)s")\n')
    (templates / "page.html").write_text(
        "{% load i18n %}\n  <p>{% translate 'Sign in' %}</p>\n {% blocktranslate count n=n trimmed %}\n"
        "   one machine\n{% plural %}{{ n }} machines{% endblocktranslate %}\n"
    )
    return tmp_path


def translate(house, **sentences):
    path = messages.catalogue("fr")
    text = path.read_text()
    for found, wanted in sentences.values():
        text = text.replace(f'msgid "{found}"\nmsgstr ""', f'msgid "{found}"\nmsgstr "{wanted}"')
    path.write_text(text)


def test_messages_of_code_and_templates_are_found(house):
    assert sorted(str(message.id) for message in messages.extracted() if message.id) == [
        "('one machine', '%(n)s machines')",
        "Hello %(name)s",
        "Sign in",
    ]


def test_english_repeats_the_ids_and_french_waits_for_its_translator(house):
    messages.update()

    assert list(messages.faults()) == [
        "fr: empty: 'Hello %(name)s'",
        "fr: empty: 'Sign in'",
        "fr: empty: ('one machine', '%(n)s machines')",
    ]


def test_an_update_keeps_translations_and_changes_nothing_twice(house):
    messages.update()
    translate(house, hello=("Sign in", "Se connecter"))
    kept = messages.catalogue("fr").read_text()

    messages.update()

    assert 'msgstr "Se connecter"' in kept
    assert messages.catalogue("fr").read_text() == kept


def test_a_message_that_nobody_uses_any_more_is_told(house):
    messages.update()
    (house / "lab" / "views.py").write_text("")

    assert "en: no longer used: 'Hello %(name)s'" in list(messages.faults())


def test_catalogues_carry_no_dates_and_no_line_numbers(house):
    messages.update()

    assert "Date" not in messages.catalogue("fr").read_text()
    assert "#:" not in messages.catalogue("fr").read_text()


@pytest.mark.parametrize(
    ("message", "faults"),
    [
        (Message("Hello", "Bonjour"), []),
        (Message("Hello", ""), ["empty"]),
        (Message("Hello", "Bonjour", flags=["fuzzy"]), ["fuzzy"]),
        (Message("%(n)s left", "reste %(n)s"), []),
        (Message("%(n)s left", "reste %(m)s"), ["placeholders differ"]),
        (Message("{n} h ago", "il y a h"), ["placeholders differ"]),
        (Message(("one machine", "%(n)s machines"), ("%(n)s machine", "%(n)s machines")), []),
        (Message(("one machine", "%(n)s machines"), ("%(n)s machine", "")), ["empty"]),
    ],
)
def test_a_translation_must_be_whole(message, faults):
    assert list(messages.faults_of(message)) == faults


def test_compiled_catalogues_are_read_by_gettext(house):
    messages.update()
    messages.compile_all()

    found = gettext.translation("django", messages.LOCALE, ["en"])
    assert found.gettext("Sign in") == "Sign in"
    assert isinstance(messages.read("fr"), Catalog)
