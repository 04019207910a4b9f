"""What every test relies on; tests that need a server program are skipped by name, and fail on CI."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as properties

from lab.config import Broker
from tests.templates import open_run
from tools.programs import SERVERS, missing

# How long an example takes, or its making, is the machine's doing.
SLOW = [HealthCheck.too_slow]
properties.register_profile("shared machine", deadline=None, print_blob=True, suppress_health_check=SLOW)
properties.load_profile("shared machine")

SLOW_FIRST = ("tests/fuzz/", "tests/e2e/", "tests/firmware_bridge/")
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def pytest_configure() -> None:
    open_run()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Snapshots of a test never reach a broker that happens to run on this machine.
    settings.CONFIG = replace(settings.CONFIG, broker=Broker("127.0.0.1", 9, "bridge", "bridge"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> Iterator[None]:
    """Workers copy a database; alone, it is made as fast as the one that would be copied."""
    from tests.copied import copied

    with copied() if hasattr(request.config, "workerinput") else nullcontext():
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.sharing import Files

    return Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for packages in map(_missing_packages, item.iter_markers("server")):
            if packages and not CI:
                item.add_marker(pytest.mark.skip(reason=f"apt-get install {' '.join(packages)}"))
    _slow_first(items)


def _slow_first(items: list[pytest.Item]) -> None:
    """Workers take whole files in this order, so that nobody begins a long one when the others are done."""
    sizes = Counter(item.nodeid.partition("::")[0] for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        file = item.nodeid.partition("::")[0]
        kind = next((n for n, folder in enumerate(SLOW_FIRST) if file.startswith(folder)), len(SLOW_FIRST))
        return kind, -sizes[file], file

    items.sort(key=place)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for packages in map(_missing_packages, item.iter_markers("server")):
        if packages:
            pytest.fail(f"on CI every server must be there: apt-get install {' '.join(packages)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if CI and report.skipped and item.get_closest_marker("server"):
        report.outcome = "failed"
        report.longrepr = f"on CI no server test may be skipped: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    packages = {
        word for reason in reasons if "apt-get" in reason for word in reason.split("install ")[1].split()
    }
    if packages:
        terminalreporter.section("TESTS OF REAL SERVERS WERE SKIPPED", red=True, bold=True)
        terminalreporter.line(f"To run them: apt-get install {' '.join(sorted(packages))}")


def _missing_packages(marker: pytest.Mark) -> list[str]:
    return sorted({program.package for name in marker.args for program in missing(SERVERS[name])})
