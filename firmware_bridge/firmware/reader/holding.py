"""The list that this reader holds: the newest good one, also after a power cut."""

from reader import files
from reader.allowlist import BadList, Decision, opened
from reader.keyed import badge_print


class Holding:
    """`version` is 0 without a list."""

    def __init__(self, config, clock, folder):
        self._config, self._clock, self._path = config, clock, folder + "/allowlist.json"
        self._list = None
        self.take(files.read(self._path), keep=False)

    @property
    def version(self):
        return self._list.version if self._list else 0

    def take(self, payload, keep=True):
        """Hold this list if it is good and not older; why it is not, or an empty word."""
        try:
            newer = opened(payload, self._config.key)
            if newer.is_door != self._config.is_door and newer.entries:
                return "for another kind"
        except BadList as bad:
            return str(bad)
        if newer.version < self.version:
            return "old version"
        if keep and newer.version > self.version:
            files.replace(self._path, payload)
        self._list = newer
        self._clock.not_before(newer.issued)
        return ""

    def decide(self, uid):
        """May the badge with this UID pass now?"""
        if self._list is None:
            return Decision(False, "internal_error")
        try:
            who = badge_print(uid, self._config.site_key, self._config.key)
        except ValueError:
            return Decision(False, "unknown_badge")
        return self._list.decide(who, self._clock.now(), self._clock.trusted)
