"""The desk: conversations, the handoff queue and the people who work it. The one process that faces the internet."""
