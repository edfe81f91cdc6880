"""A site served by nginx: it shows what was published, including headers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Declaration, Preset, Use
from rightsdesk.consent.dialects.web.server_headers import WebServer, server_snippet
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.read_after_write import NotShownYet
from tests.platforms.real.programs import free_port, program, running
from tests.platforms.sites.changes import Place, place

NO_AI = Declaration(
    PRESETS[Preset.NO_AI], rightsholder="Mara Linde", terms_url="https://mara.example/ai?a=$1;b"
)

CONF = """
daemon off; worker_processes 1; pid {work}/pid; error_log stderr notice; {user}
events {{ worker_connections 32; }}
http {{
  access_log off;
  types {{ text/plain txt; application/json json; text/xml xml; text/html html; }}
  {paths}
  {http}
  server {{ listen 127.0.0.1:{port}; root {root}; index index.html; {server} }}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "html"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Mara Linde</title>")
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n")
    return folder


class Nginx:
    """Starts nginx for a folder, with extra lines of configuration if a test needs them."""

    def __init__(self, root: Path, work: Path) -> None:
        self.root, self.work = root, work

    @contextmanager
    def served(self, http: str = "", server: str = "") -> Iterator[Place]:
        port, work = free_port(), self.work
        paths = " ".join(f"{name}_temp_path {work}/{name};" for name in TEMPORARY)
        user = "user root;" if os.geteuid() == 0 else ""
        conf = work / "nginx.conf"
        conf.write_text(
            CONF.format(
                work=work,
                user=user,
                paths=paths,
                http=http,
                server=server,
                port=port,
                root=self.root,
            )
        )
        command = [program("nginx"), "-c", str(conf), "-p", str(work)]
        with running(command, "start worker process "):
            found = place(OwnSite(), f"http://127.0.0.1:{port}", identifier=str(self.root))
            yield found
            found.client.close()


@pytest.fixture
def nginx(root: Path, tmp_path: Path) -> Nginx:
    return Nginx(root, tmp_path)


def test_a_reservation_is_shown_and_undone(nginx: Nginx, root: Path) -> None:
    with nginx.served() as site:
        done = site.declare(NO_AI)
        says = site.platform.suite.read(done.after.fields)
        assert says.consent[Use.GENERATIVE_TRAINING] is NO_AI.consent[Use.GENERATIVE_TRAINING]
        assert (says.conflicts, says.problems) == ((), ())
        site.undo(done)
        assert (root / "robots.txt").read_text() == "User-agent: *\nDisallow: /private/\n"
        assert not (root / ".well-known" / "tdmrep.json").exists()


def test_nginx_accepts_the_snippet_and_sends_its_headers(nginx: Nginx) -> None:
    snippet = server_snippet(WebServer.NGINX, NO_AI, "https://mara.example")
    with nginx.served(server=snippet) as site:
        fields = site.read().fields
        assert fields["content-usage"] == ("train-ai=n, ai-use=n",)
        assert fields["tdm-reservation"] == ("1",)
        assert fields["tdm-policy"] == ("https://mara.example/ai?a=%241;b",)
        assert fields["x-robots-tag"] == ("noai",)
        assert not site.platform.suite.read(fields).problems


def test_a_cache_in_front_is_reported(nginx: Nginx, tmp_path: Path) -> None:
    behind = free_port()
    http = (
        f"proxy_cache_path {tmp_path}/cache keys_zone=all:1m;"
        f"server {{ listen 127.0.0.1:{behind}; root {nginx.root}; }}"
    )
    server = (
        f"location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_cache all;"
        " proxy_cache_valid any 1h; }"
    )
    with nginx.served(http, server) as site:
        before = site.read()
        edit = site.plan(before, NO_AI)
        with pytest.raises(NotShownYet, match="still shows the old version"):
            site.write(before, edit)
        assert "BEGIN RightsDesk" in (nginx.root / "robots.txt").read_text()
        assert not site.holds(site.read(), edit)


def test_a_server_that_hides_dot_folders_is_reported(nginx: Nginx) -> None:
    with nginx.served(server=r"location ~ /\. { deny all; }") as site:
        before = site.read()
        with pytest.raises(NotShownYet) as caught:
            site.write(before, site.plan(before, NO_AI))
        assert "ask your web host" in caught.value.advice


@pytest.mark.parametrize("methods", ["PUT DELETE MKCOL MOVE", "PUT DELETE MKCOL"])
def test_nginx_accepts_files_by_webdav(nginx: Nginx, root: Path, methods: str) -> None:
    before = (root / "robots.txt").read_bytes()
    server = f"dav_methods {methods}; dav_access user:rw group:r all:r;"
    with nginx.served(server=server) as local:
        base = local.client.base_url
        site = place(OwnSite(), base, identifier=base.replace("http", "webdav", 1) + "/")
        site.platform.whoami(site.client)
        done = site.declare(NO_AI)
        assert b"# END RightsDesk" in (root / "robots.txt").read_bytes()
        assert (root / ".well-known" / "tdmrep.json").is_file()
        assert not list(root.rglob(".robots*"))
        site.undo(done)
        assert (root / "robots.txt").read_bytes() == before
        assert not (root / ".well-known" / "tdmrep.json").exists()
        site.client.close()
