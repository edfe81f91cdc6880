"""The entry point. `--version` loads nothing else."""

import os
import sys

from rightsdesk import __version__


def run() -> None:
    """Run the command `rightsdesk`."""
    _replace_closed_streams()
    if _asks_for_version(sys.argv[1:]):
        print(f"RightsDesk {__version__}")
        return
    try:
        from rightsdesk.cli.program import app
        from rightsdesk.roster import passphrases
    except Exception as error:  # not even the commands could be loaded
        sys.exit(_not_loaded(error))
    passphrases.take()  # child processes must not inherit the passphrase
    app(prog_name="rightsdesk")


def _replace_closed_streams() -> None:
    """Put the null device in the place of standard streams that are closed (`>&-`, or no console).

    Otherwise a file that is opened later could get the number of stdout, and be written to.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)  # the lowest that is free
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _asks_for_version(arguments: list[str]) -> bool:
    """Whether only the version is asked for, with or without a data folder."""
    if arguments[:1] == ["--data-dir"]:
        arguments = arguments[2:]
    elif arguments[:1] and arguments[0].startswith("--data-dir="):
        arguments = arguments[1:]
    return arguments == ["--version"]


def _not_loaded(error: Exception) -> int:
    from rightsdesk import crash_reports

    path = crash_reports.keep(None, error)
    kind = "A part of RightsDesk is missing or damaged" if isinstance(error, ImportError) else ""
    print(f"{kind or 'RightsDesk could not start'}: {error}", file=sys.stderr)
    print(f"Install it again. The details are in {path}.", file=sys.stderr)
    return 3
