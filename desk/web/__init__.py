"""The desk's outer skin: sockets, REST routes, tokens, pages. It translates; the desk decides."""
