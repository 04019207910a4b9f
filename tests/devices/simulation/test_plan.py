"""The simulation file: read as it is written, overridden by options, refused in one line."""

import json

import pytest

from devices.simulation.plan import Account, BadPlan, Broker, Person, load

FACTS = {
    "base_url": "http://127.0.0.1:8000",
    "mqtt": {"host": "127.0.0.1", "port": 1883},
    "devices": {
        "door-fablab": {
            "username": "door-fablab",
            "password": "p",
            "profile": "door-reader",
            "door": "door-fablab",
        }
    },
    "people": {"alice": {"token": "t", "uid": "04A1B2C3D4E5F6", "door": "door-fablab"}},
}


def written(tmp_path, text):
    path = tmp_path / "simulation.json"
    path.write_text(text)
    return path


def test_a_plan_says_where_who_and_what(tmp_path):
    plan = load(written(tmp_path, json.dumps(FACTS)), overrides={})

    assert plan.base_url == "http://127.0.0.1:8000"
    assert plan.broker == Broker("127.0.0.1", 1883)
    assert plan.devices == (Account("door-fablab", "door-fablab", "p", "door-reader", door="door-fablab"),)
    assert plan.people == (Person("alice", "t", "04A1B2C3D4E5F6", door="door-fablab"),)


def test_options_win_over_the_file(tmp_path):
    path = written(tmp_path, json.dumps(FACTS))
    plan = load(path, overrides={"base_url": "http://lab:1", "mqtt_host": None, "mqtt_port": 9})

    assert (plan.base_url, plan.broker) == ("http://lab:1", Broker("127.0.0.1", 9))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"mqtt": {"host": 1}}', json.dumps({**FACTS, "devices": [1]})]
)
def test_a_broken_file_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(BadPlan, match=r"simulation\.json: not a simulation file .*\Z") as refusal:
        load(written(tmp_path, text), overrides={})

    assert "\n" not in str(refusal.value)


def test_a_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(BadPlan, match="No such file or directory; run seed_demo first"):
        load(tmp_path / "simulation.json", overrides={})
