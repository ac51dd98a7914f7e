"""The bot's actions: one file a skill, flat. Each reads the tracker, asks the core, and says a response."""
