"""A real lab begins with an administrator, and says in one line when it has none."""

import pytest

from lab.administrator import NoAdministrator, ensure
from lab.models import Member
from tests.processes import lab
from tests.servers import free_port

PASSWORD = "a password of Alice"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_named(monkeypatch):
    for name in ("ETABLI_ADMIN", "ETABLI_ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_the_environment_names_the_first_administrator(monkeypatch):
    monkeypatch.setenv("ETABLI_ADMIN", "alice")
    monkeypatch.setenv("ETABLI_ADMIN_PASSWORD", PASSWORD)

    assert ensure() == "alice"

    alice = Member.objects.get(username="alice")
    assert (alice.role, alice.is_staff, alice.is_superuser) == ("admin", True, True)
    assert alice.check_password(PASSWORD)


def test_where_there_is_one_nobody_is_made_or_asked():
    Member.objects.create(username="bob", role="admin")

    assert ensure() is None


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({}, "the first start needs an administrator: set ETABLI_ADMIN and ETABLI_ADMIN_PASSWORD"),
        ({"ETABLI_ADMIN": "alice"}, "ETABLI_ADMIN_PASSWORD must be the first administrator's password"),
        ({"ETABLI_ADMIN_PASSWORD": PASSWORD}, "ETABLI_ADMIN must be the first administrator's user name"),
    ],
)
def test_without_one_the_missing_variable_is_named(environ, line, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(NoAdministrator) as nobody:
        ensure()

    assert str(nobody.value) == line


@pytest.mark.parametrize(("name", "password"), [("alice", "12345"), ("al ice", PASSWORD)])
def test_a_weak_password_or_a_bad_name_makes_nobody(name, password, monkeypatch):
    monkeypatch.setenv("ETABLI_ADMIN", name)
    monkeypatch.setenv("ETABLI_ADMIN_PASSWORD", password)

    with pytest.raises(NoAdministrator, match="that administrator can't be made"):
        ensure()

    assert not Member.objects.exists()


def test_make_run_says_it_in_one_line_and_starts_nothing(tmp_path):
    with lab("run", state=tmp_path, PORT=str(free_port()), MQTT_PORT=str(free_port())) as one:
        assert one.end(60) == 1
        assert one.text.splitlines()[-1] == (
            "etabli: the first start needs an administrator: set ETABLI_ADMIN and ETABLI_ADMIN_PASSWORD"
        )
