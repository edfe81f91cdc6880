"""A browser without a person: follows a sign-in page to its end.

For the demo without a display, and for tests. It clicks as the named account.
"""

from threading import Thread
from urllib.parse import urlencode

import requests

SECONDS = 30.0


class PracticeBrowser:
    """Call it with a sign-in address, like a function that opens the system's browser.

    `answer` is "allow" or "deny". It works in its own thread, as a browser does; `close` waits for
    it.
    """

    def __init__(self, account: str, *, answer: str = "allow") -> None:
        self._click = urlencode({"account": account, "answer": answer})
        self._threads: list[Thread] = []

    def __call__(self, url: str) -> bool:
        """Open an address; always succeeds, like `webbrowser.open`."""
        thread = Thread(target=self._visit, args=(f"{url}&{self._click}",), name="browser")
        self._threads.append(thread)
        thread.start()
        return True

    def close(self) -> None:
        """Wait until the pages have loaded."""
        for thread in self._threads:
            thread.join(SECONDS)

    def _visit(self, url: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.get(url, timeout=SECONDS).close()
