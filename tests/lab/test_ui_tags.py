"""Template tags: silent icons, tied fields, one current place of the navigation."""

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation


def draw(text: str, **context) -> str:
    return Template("{% load ui %}" + text).render(Context(context))


class Form(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme au labo.")


def test_an_icon_is_silent_unless_it_is_given_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "clock" %}')
    assert 'role="img" aria-label="Retard"' in draw('{% icon "clock" label="Retard" %}')


def test_an_unheard_of_state_is_shown_as_unknown():
    assert 'data-state="melting"' in draw('{% state "melting" %}')
    assert "icons.svg#state-unknown" in draw('{% state "melting" %}')


def test_a_wrong_field_is_tied_to_its_help_and_its_error():
    drawn = draw("{% field form.name %}", form=Form({"name": ""}))

    assert 'for="id_name"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'id="id_name_error"' in drawn


def test_what_must_be_chosen_is_asked_for_and_what_may_be_left_out_is_not():
    class Wish(forms.Form):
        kind = forms.ChoiceField(choices=[("", "---------"), ("desk", "Desk")])
        door = forms.ChoiceField(choices=[("", "none"), ("north", "North")], required=False)

    form = Wish()
    with translation.override("en"):
        drawn = draw("{% field form.kind %}{% field form.door %}", form=form)

    assert '<option value="" selected>Choose…</option>' in drawn
    assert '<option value="" selected>none</option>' in drawn
    assert "-----" not in drawn


@pytest.mark.parametrize(
    ("path", "here"), [("/planning/", True), ("/planning/?day=2026-05-04", True), ("/", False)]
)
def test_only_the_place_where_one_is_says_so(path, here):
    drawn = draw('{% nav_link "planning" "planning" "Planning" %}', request=RequestFactory().get(path))

    assert ('aria-current="page"' in drawn) is here


def test_a_place_that_does_not_exist_is_not_offered():
    assert draw('{% nav_link "moon" "moon" "Lune" %}', request=RequestFactory().get("/")).strip() == ""


@pytest.mark.parametrize(
    ("name", "letters"), [("Yuna Le Goff", "YG"), ("alice", "A"), ("Jean-Luc Petit", "JP"), ("", "")]
)
def test_initials_are_of_the_first_and_the_last_name(name, letters):
    assert draw("{{ name|initials }}", name=name) == letters


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 B", "0 o"),
        (999, "999 B", "999 o"),
        (1_500, "1.5 kB", "1,5 ko"),
        (16_384, "16 kB", "16 ko"),
        (10_000_000, "10 MB", "10 Mo"),
        (9_961_472, "10.0 MB", "10,0 Mo"),
    ],
)
def test_bytes_have_the_unit_of_the_language(count, english, french):
    with translation.override("en"):
        assert draw("{{ count|size }}", count=count) == english.replace(" ", "\u00a0")
    with translation.override("fr"):
        assert draw("{{ count|size }}", count=count) == french.replace(" ", "\u00a0")
