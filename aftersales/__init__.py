"""The pure core: what a store promises, what the rules say, what a message means.

Runs on Python 3.10 (bot, actions) and 3.12 (desk); imports no Rasa, no Sanic and no database driver.
"""
