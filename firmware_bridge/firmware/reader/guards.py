"""What the relay holds: a door's lock or a machine's power, with the timers on this side of the network."""

LONGEST_UNLOCK = 60  # seconds
LONGEST_LEASE = 24 * 3600


class Door:
    """Unlocked until a moment of the uptime; nothing can keep it open longer than asked for."""

    is_door = True
    who = None

    def __init__(self, board):
        self._board = board
        self._until = 0
        self.on = False
        board.relay(False)

    def unlock(self, seconds):
        self._until = self._board.uptime() + min(seconds, LONGEST_UNLOCK) * 1000
        self._switch(True)

    def tick(self):
        """Called many times a second; whether something changed."""
        if self.on and self._board.uptime() >= self._until:
            return self._switch(False)
        return False

    def facts(self):
        return {"relay": int(self.on)}

    def _switch(self, on):
        self.on = on
        self._board.relay(on)
        return True


class Machine:
    """Powered until its lease ends, and then until the work ends: never cut mid-job."""

    is_door = False

    def __init__(self, board):
        self._board = board
        self._until = 0
        self._off_wanted = False
        self.on = self.holding = False
        self.who = None
        board.relay(False)

    @property
    def busy(self):
        return self.on and self._board.busy()

    def start(self, seconds, who):
        """Power for a lease of `seconds`, for the badge `who` (any text; it is only compared)."""
        self.who = who
        self._renew(seconds)
        self._switch(True)

    def renew(self, seconds):
        """A longer lease for a machine that runs; one that is off stays off: nothing starts by itself."""
        if self.on:
            self._renew(seconds)
        return self.on

    def stop(self):
        """Power off, or once the work is done; whether it is off."""
        if self.busy:
            self._off_wanted = True
            return False
        self._switch(False)
        return True

    def left(self):
        """Seconds that the lease still runs."""
        return max(0, (self._until - self._board.uptime()) // 1000) if self.on else 0

    def tick(self):
        """Called many times a second; whether something changed."""
        if not self.on:
            return False
        over = self._off_wanted or self._board.uptime() >= self._until
        if over and not self.busy:
            return self._switch(False)
        held, self.holding = self.holding, over
        return held != over

    def facts(self):
        return {"relay": int(self.on), "lease": self.left(), "busy": int(self.busy)}

    def _renew(self, seconds):
        self._until = self._board.uptime() + min(seconds, LONGEST_LEASE) * 1000
        self._off_wanted = False

    def _switch(self, on):
        self.on = on
        if not on:
            self.who, self.holding, self._off_wanted = None, False, False
        self._board.relay(on)
        return True
