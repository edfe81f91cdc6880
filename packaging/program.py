"""Where a packaged program starts: RightsDesk itself, or a helper process that reads files for it.

Such a program has no Python that it could start helpers with, so it starts itself.
"""

import sys


def main() -> None:
    """Runs RightsDesk; with `--helper-process MODULE`, answers questions on stdin instead."""
    if len(sys.argv) == 3 and sys.argv[1] == "--helper-process":
        from rightsdesk.files.workers.protocol import serve

        serve(sys.argv[2], sys.stdin.buffer, sys.stdout.buffer)
        return
    from rightsdesk.cli.main import run

    run()


if __name__ == "__main__":
    main()
