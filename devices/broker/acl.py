"""Which topics are an account's own: the same rules as text for mosquitto and as a question for amqtt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devices.broker.accounts import Account

EVERYTHING = "#"
NATIVE = "fablab/v1/{name}/#"
# A device that speaks a foreign dialect also has that dialect's topics, below its own name.
FAMILIES: dict[str, tuple[str, ...]] = {
    "tasmota": ("tele/{name}/#", "stat/{name}/#", "cmnd/{name}/#"),
    "shelly1": ("shellies/{name}/#",),
    "shelly2": ("{name}/#",),
    "esphome": ("{name}/#",),
    "octoprint": ("octoPrint/{name}/#", "{name}/#"),
    "moonraker": ("{name}/#",),
    "zigbee2mqtt": ("zigbee2mqtt/{name}/#",),
    "homeassistant": ("homeassistant/+/{name}/#", "{name}/#"),
    "homie5": ("homie/5/{name}/#",),
    "sparkplug": ("spBv1.0/+/+/{name}/#",),
    "zebra": ("{name}/#", "zebra/{name}/#"),
    "impinj": ("{name}/#", "impinj/{name}/#"),
}
# What an account may only read: Home Assistant finds devices, and our resources, by it.
READS: dict[str, tuple[str, ...]] = {
    "home-assistant": ("homeassistant/#", "etabli/home/#", "etabli/live/system/telemetry"),
}
# A device of such a name may not have `{name}/#`: it would be a whole family's tree.
ROOTS = frozenset(
    {"fablab", "etabli", "tele", "stat", "cmnd", "shellies", "zigbee2mqtt", "homeassistant", "homie"}
    | {"octoprint", "tasmota", "zebra", "impinj"}
)


def own_topics(account: Account) -> Iterator[str]:
    """Topic filters that the account may write and read."""
    if account.service:
        yield EVERYTHING
        return
    yield NATIVE.format(name=account.name)
    for pattern in FAMILIES.get(account.profile, ()):
        if account.name not in ROOTS or not pattern.startswith("{name}"):
            yield pattern.format(name=account.name)


def may(account: Account, topic: str, *, read: bool = False) -> bool:
    """Whether the account may publish to a topic, or with `read` subscribe to a topic filter."""
    readable = READS.get(account.profile, ()) if read else ()
    return any(covers(own, topic) for own in (*own_topics(account), *readable))


def covers(pattern: str, topic: str) -> bool:
    """Whether everything that `topic` (a topic or a filter) matches is matched by `pattern` too."""
    wanted = topic.split("/")
    for level, own in enumerate(pattern.split("/")):
        if own == "#":
            return True
        if level >= len(wanted) or wanted[level] == "#":
            return False
        if own != "+" and own != wanted[level]:
            return False
    return len(wanted) == pattern.count("/") + 1


def render(accounts: Iterable[Account]) -> str:
    """mosquitto's `acl_file`; who stands in no block may nothing."""
    return "\n".join(_block(account) for account in accounts)


def _block(account: Account) -> str:
    lines = [f"user {account.name}", *(f"topic readwrite {topic}" for topic in own_topics(account))]
    lines += [f"topic read {topic}" for topic in READS.get(account.profile, ())]
    if account.service:
        lines.append("topic read $SYS/#")
    return "\n".join(lines) + "\n"
