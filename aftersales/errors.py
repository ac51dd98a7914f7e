"""The root of every error this project raises on purpose."""

from __future__ import annotations


class AftersalesError(Exception):
    """Something is wrong in a way that a person can mend; the message says how."""


class ConfigurationError(AftersalesError, ValueError):
    """A file or an environment variable holds something that cannot be used.

    The message names the place, the field and the fix, in that order.
    """

    def __init__(self, where: str, field: str, problem: str, fix: str) -> None:
        super().__init__(f"{where}: {field}: {problem}. {fix}")
        self.where, self.field, self.problem, self.fix = where, field, problem, fix
