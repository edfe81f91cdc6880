"""Settings that hold for the whole data folder, in the window and on the command line."""

from __future__ import annotations

from rightsdesk import config_file
from rightsdesk.store.settings import keep_setting, setting
from rightsdesk.workspace.use_cases.core import Core

PROXY = "proxy"


class Settings:
    """Settings of the whole data folder. How often platforms are checked is in `accounts`, what
    goes with an artist's declarations in `artists`.

    Thread-safe.
    """

    def __init__(self, core: Core) -> None:
        self._database = core.database

    def proxy(self) -> str:
        """The proxy for all requests: "" for the system's, "none", or `http://host:port`."""
        with self._database.read() as connection:
            return setting(connection, PROXY)

    def set_proxy(self, choice: str) -> str:
        """Use another proxy from now on; returns it as it is stored. Raises NoProxyAddress."""
        from rightsdesk.platforms.http import proxies

        stored = proxies.checked(choice)
        with self._database.write() as connection:
            keep_setting(connection, PROXY, stored)
        proxies.choose(stored or config_file.in_use().proxy)
        return stored

    def use_proxy(self) -> None:
        """Let this program's requests take the stored proxy, else that of the config file; the
        system's, if it is unusable."""
        from rightsdesk.platforms.http import proxies

        try:
            proxies.choose(self.proxy() or config_file.in_use().proxy)
        except proxies.NoProxyAddress:  # another version stored it
            proxies.choose(proxies.SYSTEM)
