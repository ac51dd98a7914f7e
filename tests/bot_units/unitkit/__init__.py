"""Builders for the tests of the bot's parts."""
