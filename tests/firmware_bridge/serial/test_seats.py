"""What a reader was told: one thing after the other, and done is what it says is done."""

import pytest

from firmware_bridge.serial.driving import Done, Values
from firmware_bridge.serial.seats import IN_FLIGHT, Seat
from firmware_bridge.serial.signs import plain, signs
from firmware_bridge.wire.orders import Order

UNLOCK = Order("c-1", "unlock", seconds=5)


def told(seat):
    """What the reader is given now, as (command, its fields)."""
    found = []
    while sign := seat.next():
        seat.took()
        found.append((sign.command, dict(sign.fields)))
    return found


def bolts(seat):
    return [
        (fields["control_code"], fields["timer_count"]) for name, fields in told(seat) if name == "Output"
    ]


def test_an_unlock_is_the_readers_own_timer_and_done_when_it_says_so():
    seat = Seat(output=1)
    seat.move(UNLOCK, 0.0)

    assert told(seat) == [("Output", {"output_no": 1, "control_code": 5, "timer_count": 50})]
    assert seat.answered("Output", ok=True) == [Done("c-1", True, "unlocked"), Values({"relay": 1.0})]
    assert seat.tick(4.9) == []
    assert seat.tick(5.0) == [Values({"relay": 0.0})]


@pytest.mark.parametrize("seconds", [1, 25, 26, 40, 600])
def test_a_long_unlock_is_renewed_without_a_gap_and_ends_in_time(seconds):
    seat = Seat(output=0)
    seat.move(Order("c-1", "unlock", seconds=seconds), 0.0)
    ends, last = 0.0, 0.0
    for tenth in range((seconds + 5) * 10):
        now = tenth / 10
        if ends:
            seat.answered("Output", ok=True)
        for code, timer in bolts(seat):
            assert (code, timer <= 250) == (5, True)
            assert not last or now < ends
            ends = last = now + timer / 10
        seat.tick(now)

    assert ends == pytest.approx(seconds, abs=0.2)


@pytest.mark.parametrize(("on", "code", "state"), [(True, 2, "on"), (False, 1, "off")])
def test_a_relay_stays_as_it_is_told(on, code, state):
    seat = Seat(output=0)
    seat.move(Order("c-1", "relay", on=on, seconds=900), 0.0)

    assert bolts(seat) == [(code, 0)]
    assert seat.answered("Output", ok=True) == [Done("c-1", True, state), Values({"relay": float(on)})]


def test_what_the_reader_would_not_do_is_told():
    seat = Seat(output=0)
    seat.move(UNLOCK, 0.0)
    told(seat)

    assert seat.answered("Output", ok=False) == [Done("c-1", False, "failed")]


def test_only_so_many_are_given_at_a_time():
    seat = Seat(output=0)
    seat.move(UNLOCK, 0.0)
    seat.show(signs(Order("c-1", "unlock", seconds=5, text="Bienvenue"), welcome=True))

    assert [name for name, _ in told(seat)] == ["Output", "LED", "Buzzer"][:IN_FLIGHT]
    seat.answered("Output", ok=True)
    assert [name for name, _ in told(seat)] == ["Text"]


def test_answers_find_the_command_that_they_are_for():
    seat = Seat(output=0)
    seat.show(signs(Order("c-1", "refuse"), welcome=False))
    seat.move(Order("c-2", "unlock", seconds=5), 0.0)
    told(seat)

    assert seat.answered("LED", ok=True) == []
    assert seat.answered("Buzzer", ok=False) == []
    assert seat.answered("Output", ok=True)[0] == Done("c-2", True, "unlocked")
    assert seat.answered("Output", ok=True) == []


def test_a_reader_that_goes_has_done_nothing_of_it_and_one_that_returns_still_lets_people_in():
    seat = Seat(output=0)
    seat.move(UNLOCK, 0.0)
    told(seat)

    assert seat.gone() == [Done("c-1", False, "offline")]
    assert told(seat) == []
    seat.back(3.0)
    assert bolts(seat) == [(5, 20)]
    seat.gone()
    seat.back(5.0)
    assert bolts(seat) == []


def test_many_commands_do_not_pile_up():
    seat = Seat(output=0)
    for number in range(1_000):
        seat.move(Order(f"c-{number}", "unlock", seconds=5), 0.0)

    assert len(told(seat)) == IN_FLIGHT
    assert len(seat.gone()) < 25


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bienvenue", "Bienvenue"),
        ("Réservé jusqu’à 14 h 30", "Reserve jusqu'a 14 h 30"),
        ("Cœur, œuvre, naïveté: tout un poème pour un lecteur", "Coeur, oeuvre, naivete: tout un"),
        ("日本", ""),
        ("", ""),
    ],
)
def test_a_display_shows_plain_characters(text, shown):
    assert plain(text) == shown
