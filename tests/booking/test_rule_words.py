"""House rules as people read them, in both languages."""

from datetime import time
from decimal import Decimal

import pytest
from django.utils import translation

from booking import rule_words
from booking.rule_words import RuleFacts
from booking.rules.house import HouseRules
from lab.models import Certification, Link, Programme, Quota, Resource, Tariff

LASER = Resource(slug="laser-1", kind="machine", name="Découpeuse laser 1", name_en="Laser cutter 1")
SUITS = Resource(slug="suits", kind="kit", name="Combinaisons", name_en="Suits")
COHORT = Programme(slug="res", name="Résidence 3 mois", name_en="3-month residency")
RULES = HouseRules(min_minutes=30, max_minutes=240, horizon_days=30, cancel_minutes=120)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def said(language: str, facts: RuleFacts) -> list[str]:
    with translation.override(language):
        return [plain(each.text) for each in rule_words.sentences(facts)]


@pytest.mark.parametrize(
    ("language", "rules", "sentence"),
    [
        ("fr", RULES, "De 30 min à 4 h, jusqu’à 30 jours à l’avance, annulation jusqu’à 2 h avant."),
        ("en", RULES, "From 30 min to 4 h, up to 30 days ahead, cancellation until 2 h before."),
        ("fr", HouseRules(), "Au moins 15 min, jusqu’à 400 jours à l’avance, annulation jusqu’au début."),
        ("en", HouseRules(), "At least 15 min, up to 400 days ahead, cancellation until it begins."),
        (
            "fr",
            HouseRules(min_minutes=60, max_minutes=60, grid_minutes=60, horizon_days=1, notice_minutes=1440),
            (
                "Exactement 1 h (départs toutes les 1 h), jusqu’à 1 jour à l’avance et au moins 1 jour avant,"
                " annulation jusqu’au début."
            ),
        ),
        (
            "en",
            HouseRules(min_minutes=60, max_minutes=60, grid_minutes=60, horizon_days=1, notice_minutes=1440),
            (
                "Exactly 1 h (starts every 1 h), up to 1 day ahead and at least 1 day before,"
                " cancellation until it begins."
            ),
        ),
    ],
)
def test_lengths_and_dates_are_one_sentence(language, rules, sentence):
    with translation.override(language):
        assert plain(rule_words.summary(rules)) == sentence


QUOTAS = [
    (
        Quota(resource=LASER, most=120, period="day"),
        "Chaque membre : 2 h par jour sur Découpeuse laser 1",
        "Each member: 2 h a day on Laser cutter 1",
    ),
    (
        Quota(kind="printer", most=3, measure="count", period="week", weekends=False),
        ("Chaque membre : 3 réservations par semaine sur tout ce qui est du type « imprimante 3D », ensemble"
        " (les week-ends ne comptent pas)"),
        ("Each member: 3 bookings a week on everything of the kind “3D printer” together"
        " (weekends don't count)"),
    ),
    (
        Quota(programme=COHORT, together=True, most=1800, period="rolling", days=10),
        "« Résidence 3 mois », ensemble : 30 h sur 10 jours glissants sur l’ensemble des ressources",
        "“3-month residency” together: 30 h within any 10 days on everything together",
    ),
    (
        Quota(
            programme=COHORT, resource=LASER, most=1, measure="count", period="month", peak_from=time(9),
            peak_until=time(18),
        ),
        ("Chaque membre de « Résidence 3 mois » : 1 réservation par mois sur Découpeuse laser 1"
        " (seules comptent les heures de 9 h à 18 h)"),
        ("Each member of “3-month residency”: 1 booking a month on Laser cutter 1"
        " (only from 09:00 to 18:00 counts)"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "french", "english"), QUOTAS)
def test_a_quota_is_a_sentence(limit, french, english):
    for language, sentence in (("fr", french), ("en", english)):
        with translation.override(language):
            assert plain(rule_words.quota(limit)) == sentence


FULL = RuleFacts(
    resource=LASER,
    rules=HouseRules(
        setup_minutes=15, cleanup_minutes=10, approval=True, overnight=True, unattended=True, walk_up=False,
        role="manager", grace_minutes=15,
    ),
    certification=Certification(slug="laser", name="Découpe laser", name_en="Laser cutting"),
    tariff=Tariff(slug="std", name="Standard", credits_per_hour=Decimal("2.50")),
    programmes=[COHORT],
    links=[Link(resource=LASER, also=SUITS, units=2), Link(resource=LASER, also=SUITS, why="interference")],
)  # fmt: skip


def test_everything_that_holds_is_told_in_french():
    assert said("fr", FULL)[1:] == [
        "L’habilitation « Découpe laser » est nécessaire.",
        "Seuls les responsables la réservent.",
        "Réservé aux membres de « Résidence 3 mois ».",
        "Un responsable valide chaque réservation.",
        "Temps gardé libre : 15 min avant pour préparer, 10 min après pour ranger.",
        "Réservé en même temps : Combinaisons × 2.",
        "Jamais en même temps que ce qui la perturbe (Combinaisons).",
        "Peut continuer pendant la fermeture, même la nuit.",
        "Peut tourner sans surveillance.",
        "Pas sans réservation.",
        "Redevient libre si personne n’est venu après 15 min.",
        "Prix : 2,50 crédits par heure (Standard).",
    ]


def test_everything_that_holds_is_told_in_english():
    assert said("en", FULL)[1:] == [
        "The certification “Laser cutting” is needed.",
        "Only lab managers book it.",
        "Kept for members of “3-month residency”.",
        "A lab manager approves each booking.",
        "Kept free around it: 15 min for set-up, 10 min for clean-up.",
        "Booked along with it: Suits × 2.",
        "Not while something that disturbs it runs (Suits).",
        "May run on through closed hours, overnight too.",
        "May run unattended.",
        "Not without a booking.",
        "Free for others when nobody came within 15 min.",
        "Price: 2.50 credits an hour (Standard).",
    ]


def test_a_plain_resource_has_one_sentence():
    assert len(said("fr", RuleFacts(LASER, HouseRules()))) == 1


@pytest.mark.parametrize(
    ("name", "told", "words"),
    [
        ("max_minutes", None, "no limit"),
        ("max_minutes", 240, "4 h"),
        ("notice_minutes", 0, "none"),
        ("notice_minutes", 2880, "2 days"),
        ("horizon_days", 1, "1 day"),
        ("cancel_minutes", 0, "until it begins"),
        ("approval", True, "yes"),
        ("walk_up", False, "no"),
        ("role", "maker", "everybody"),
        ("role", "manager", "lab managers only"),
        ("tariff", None, "free"),
        ("tariff", Tariff(credits_per_hour=Decimal(1)), "1 credit an hour"),
        ("tariff", Tariff(credits_per_hour=Decimal(0)), "free"),
    ],
)
def test_one_value_in_a_table(name, told, words):
    with translation.override("en"):
        assert plain(rule_words.value(name, told)) == words


def test_who_may_not_be_alone_and_which_badges_do_is_told_before_one_comes():
    press = Resource(slug="press", kind="machine", name="Presse", buddy=True, assurance="sun")

    assert said("en", RuleFacts(resource=press, rules=HouseRules()))[1:] == [
        "Never alone: a second member stays in its space, tapped in.",
        "Only with a badge that can’t be copied.",
    ]
