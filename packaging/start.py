"""The door: sets RightsDesk up and starts it, with nothing but Python installed.

This file holds only what every Python can read, so that one that is too old can say so
in a sentence. The work is done in `setting_up`, beside it.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "RightsDesk needs Python 3.11 or newer, and this is Python %d.%d (%s).\n"
        "Install a newer one from python.org or your system's packages, then run the same\n"
        "command with it, for example: python3.12 packaging/start.py\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    sys.exit(3)

from setting_up.commands import main  # (older Pythons could not read it)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
