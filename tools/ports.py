"""Free ports on loopback, so that a second system can run beside the first."""

from __future__ import annotations

import socket

from tools.processes import Ports


def free_ports() -> Ports:
    """Three ports that nobody listens on right now."""
    sockets = [socket.socket() for _ in range(3)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        desk, bot, actions = (one.getsockname()[1] for one in sockets)
        return Ports(desk=desk, bot=bot, actions=actions)
    finally:
        for one in sockets:
            one.close()
