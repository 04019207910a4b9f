"""The server's commands: each is obeyed once, in time, and nothing but a tap opens or starts anything."""

import json

from reader.said import expired

MOST_SEEN = 16


class Orders:
    """`obey` gives (acknowledgement, whether it answered the tap, text to show); None for no command."""

    def __init__(self, guard, clock):
        self._guard, self._clock, self._seen = guard, clock, []

    def obey(self, payload, asked):
        """`asked` is the tap that waits, if any: (UID, nonce)."""
        try:
            command = json.loads(payload)
            number, what, nonce = command["id"], command["do"], command.get("nonce")
            seconds = int(command.get("seconds" if what == "unlock" else "lease") or 0)
        except (ValueError, KeyError, AttributeError, TypeError, OverflowError):
            return None
        if number in self._seen:
            return None  # delivered twice
        self._seen = self._seen[1 - MOST_SEEN :] + [number]
        mine = asked is not None and nonce == asked[1]
        if nonce and not mine:
            ok, state = False, "late"
        elif not mine and self._clock.trusted and expired(payload, self._clock.now()):
            ok, state = False, "expired"
        else:
            ok, state = self._do(what, seconds, command.get("on"), asked[0] if mine else None)
        return {"id": number, "ok": ok, "state": state}, mine, str(command.get("text") or "")

    def _do(self, what, seconds, on, uid):
        """(ok, state); `uid` is of the tap that is answered."""
        guard = self._guard
        if what == "refuse":
            return True, "refused"
        if what == "unlock" and guard.is_door and uid:
            guard.unlock(seconds)
            return True, "unlocked"
        if what != "relay" or guard.is_door:
            return False, "unsupported"
        if not on:
            return (True, "off") if guard.stop() else (False, "busy")
        if uid:
            guard.start(seconds, uid)
            return True, "on"
        return (True, "on") if guard.renew(seconds) else (False, "off")
