"""How often somebody may knock: sliding windows in memory, one process wide.

They blunt floods and password guessing; they are no promise. The promises (one row a message) are the database's.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """At most ``count`` within any ``seconds``."""

    count: int
    seconds: float


#: Frames of one socket. Beyond ``FRAMES`` a frame is refused, beyond ``FLOOD`` the socket is closed.
FRAMES = Rate(20, 10.0)
FLOOD = Rate(60, 10.0)
#: REST sends and actions of one buyer, the same pace as over the socket.
BUYER_CALLS = Rate(20, 10.0)
#: Reads are cheap; the pace only stops a loop that has gone wild.
BUYER_READS = Rate(60, 10.0)
#: New guests from one address: behind one address there may be an office, but no crowd a second.
GUESTS = Rate(30, 60.0)
#: Sockets from one address that have not yet shown a token.
HELLOS = Rate(120, 60.0)
#: Wrong passwords, by name and address together, and by address alone.
LOGINS = Rate(5, 300.0)
LOGINS_ADDRESS = Rate(30, 300.0)
#: Calls of one agent.
AGENT_CALLS = Rate(120, 10.0)
#: Marks of one agent: a person who reads before judging is slower.
MARKS = Rate(30, 30.0)
#: Checks of one agent while typing: a pause of 0.4 s before each makes 25, and a few windows may be open.
CHECKS = Rate(40, 10.0)


class Window:
    """Counts one caller's knocks. ``now`` is monotonic time in seconds."""

    __slots__ = ("_rate", "_times")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._times: deque[float] = deque()

    def allow(self, now: float) -> bool:
        """Count a knock at ``now`` and say whether it is within the rate. A refused knock is not counted."""
        if self.full(now):
            return False
        self._times.append(now)
        return True

    def full(self, now: float) -> bool:
        """Whether a further knock would be refused."""
        while self._times and self._times[0] <= now - self._rate.seconds:
            self._times.popleft()
        return len(self._times) >= self._rate.count


class Limiter:
    """One :class:`Window` a key. Remembers at most ``most_keys`` keys, so a flood of names cannot fill the memory."""

    def __init__(self, rate: Rate, *, most_keys: int = 20_000) -> None:
        self._rate, self._most = rate, most_keys
        self._windows: OrderedDict[str, Window] = OrderedDict()

    def allow(self, key: str, now: float) -> bool:
        """Count a knock of ``key`` and say whether it is within the rate."""
        return self._window(key).allow(now)

    def full(self, key: str, now: float) -> bool:
        """Whether a further knock of ``key`` would be refused; counts nothing."""
        window = self._windows.get(key)
        return window is not None and window.full(now)

    def forget(self, key: str) -> None:
        """Start over for ``key``."""
        self._windows.pop(key, None)

    def _window(self, key: str) -> Window:
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = Window(self._rate)
            if len(self._windows) > self._most:
                self._windows.popitem(last=False)
        self._windows.move_to_end(key)
        return window
