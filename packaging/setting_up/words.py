"""How setting up talks: short plain lines, and one way to give up with a reason."""

import sys


class CannotStart(Exception):
    """Setting up cannot go on, for a reason outside RightsDesk; the text is for the person."""


def say(line: str) -> None:
    """Prints a line of progress to stderr, at once: stdout belongs to the program started."""
    print(line, file=sys.stderr, flush=True)
