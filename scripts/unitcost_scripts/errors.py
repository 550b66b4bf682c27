"""The one error that a user is meant to read."""


class InputError(Exception):
    """What was given cannot be used: the message names file and line, the fault, the remedy."""
