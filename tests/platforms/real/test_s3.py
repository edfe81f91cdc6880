"""A site whose files are in a bucket on moto, an S3 server that this project did not write.

It checks every signature with Amazon's own library, and the permissions of every key.
"""

import gzip
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.platforms.http.errors import ChangedThere, ItemGone, NeedsReconnect, Refused
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.practice.http import PracticeServer, Reply, Request
from tests.platforms.connected import raises
from tests.platforms.sites.changes import PASSWORD, Place, place

NO_AI = Declaration(PRESETS[Preset.NO_AI])
ROBOTS = b"User-agent: *\r\nDisallow: /private/"
BUCKET = "mara.example"


@dataclass
class Storage:
    """The service, one person's key, and access for the owner."""

    port: int
    key_id: str
    secret: str
    owner: Any

    def address(self, *, bucket: str = BUCKET, folder: str = "www", key_id: str = "") -> str:
        return f"s3+http://{key_id or self.key_id}@127.0.0.1:{self.port}/{bucket}/{folder}"

    def put(self, key: str, body: bytes, **how: Any) -> None:
        self.owner.put_object(Bucket=BUCKET, Key=key, Body=body, **how)

    def get(self, key: str) -> Any:
        return self.owner.get_object(Bucket=BUCKET, Key=key)

    def names(self) -> set[str]:
        listed = self.owner.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {entry["Key"] for entry in listed}

    def is_public(self, key: str) -> bool:
        grants = self.owner.get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
        return any("AllUsers" in grant["Grantee"].get("URI", "") for grant in grants)


@pytest.fixture
def storage() -> Iterator[Storage]:
    """A bucket, and a key with all rights on its objects and no other rights."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    try:
        with requests.Session() as control:
            control.trust_env = False
            control.post(f"{url}/moto-api/reset", timeout=10)
            control.post(f"{url}/moto-api/reset-auth", data="1000000", timeout=10)
            people = _boto("iam", url, "root", "root")
            key = _key(people, "mara", ["s3:*"])
            boss = _key(people, "owner", ["s3:*"])
            owner = _boto("s3", url, boss["AccessKeyId"], boss["SecretAccessKey"])
            owner.create_bucket(Bucket=BUCKET)
            control.post(f"{url}/moto-api/reset-auth", data="0", timeout=10)
        port = int(url.rpartition(":")[2])
        yield Storage(port, key["AccessKeyId"], key["SecretAccessKey"], owner)
        people.close()
        owner.close()
    finally:
        server.stop()


def _boto(service: str, url: str, key_id: str, secret: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
    )


def _key(people: Any, name: str, actions: list[str]) -> dict[str, str]:
    people.create_user(UserName=name)
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    people.put_user_policy(
        UserName=name,
        PolicyName="bucket",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    key: dict[str, str] = people.create_access_key(UserName=name)["AccessKey"]
    return key


class BucketSite(PracticeServer):
    """The public site: a folder of the bucket, served to every visitor, as a web host does."""

    def __init__(self, storage: Storage) -> None:
        super().__init__()
        self._storage = storage

    def handle(self, request: Request) -> Reply:
        try:
            found = self._storage.get(f"www{request.path}")
        except self._storage.owner.exceptions.NoSuchKey:
            return self.error(404, "Not found")
        packed = (
            {"Content-Encoding": found["ContentEncoding"]} if "ContentEncoding" in found else {}
        )
        headers = {"Content-Type": found["ContentType"], **packed}
        return Reply(200, found["Body"].read(), headers)

    def error(self, status: int, message: str, **more: str) -> Reply:
        return Reply.of_html(f"<html><body>{message}</body></html>", status)


@pytest.fixture
def bucket_site(storage: Storage) -> Iterator[BucketSite]:
    with BucketSite(storage) as server:
        yield server


@pytest.fixture
def site(storage: Storage, bucket_site: BucketSite) -> Iterator[Place]:
    found = _site(storage, bucket_site.base_url, storage.address())
    yield found
    found.client.close()


def _site(storage: Storage, url: str, address: str, secret: str = "") -> Place:
    return place(OwnSite(), url, identifier=address, secret=secret or storage.secret)


def test_a_reservation_is_published_and_undone(site: Place, storage: Storage) -> None:
    storage.put("www/robots.txt", ROBOTS)
    storage.put("robots.txt", b"another site's")
    site.platform.whoami(site.client)
    done = site.declare(NO_AI)
    ours = {"www/robots.txt", "www/.well-known/tdmrep.json", "www/rightsdesk/rsl.xml"}
    assert storage.names() == {"robots.txt", *ours}
    assert storage.get("www/robots.txt")["Body"].read().startswith(ROBOTS)
    assert storage.get("www/.well-known/tdmrep.json")["ContentType"] == "application/json"
    site.undo(done)
    assert storage.names() == {"robots.txt", "www/robots.txt"}
    assert storage.get("www/robots.txt")["Body"].read() == ROBOTS


def test_a_file_is_served_unchanged(site: Place, storage: Storage) -> None:
    how = {"ContentType": "text/plain", "CacheControl": "max-age=60", "ACL": "public-read"}
    storage.put("www/robots.txt", ROBOTS, Metadata={"by": "Mara's tool"}, **how)
    site.declare(NO_AI)
    stored = storage.get("www/robots.txt")
    assert (stored["ContentType"], stored["CacheControl"]) == ("text/plain", "max-age=60")
    assert stored["Metadata"] == {"by": "Mara's tool"}
    assert storage.is_public("www/robots.txt")
    assert not storage.is_public("www/rightsdesk/rsl.xml")


def test_a_new_file_is_as_public_as_the_home_page(site: Place, storage: Storage) -> None:
    storage.put("www/index.html", b"<html></html>", ACL="public-read")
    site.declare(NO_AI)
    assert storage.is_public("www/robots.txt")
    assert storage.is_public("www/rightsdesk/rsl.xml")


def test_a_file_that_changes_at_the_last_moment_is_left_alone(
    site: Place, storage: Storage
) -> None:
    storage.put("www/robots.txt", ROBOTS)
    folder = site.client.folder  # type: ignore[attr-defined]
    assert folder.read("robots.txt") == ROBOTS
    assert folder.read("new.txt") is None
    storage.put("www/robots.txt", b"theirs")
    storage.put("www/new.txt", b"theirs")
    for path in ("robots.txt", "new.txt"):
        with raises(ChangedThere, {storage.secret}):
            folder.write(path, b"ours")
    assert storage.get("www/robots.txt")["Body"].read() == b"theirs"
    assert storage.get("www/new.txt")["Body"].read() == b"theirs"
    folder.write("robots.txt", b"ours")  # after it was checked again
    assert storage.get("www/robots.txt")["Body"].read() == b"ours"


def test_odd_names_are_signed_as_they_are_sent(storage: Storage, bucket_site: BucketSite) -> None:
    for folder in ("", "über uns/a+b", "a~b/c&d=e;f", "100% (new)!/it's"):
        site = _site(storage, bucket_site.base_url, storage.address(folder=_quoted(folder)))
        files = site.client.folder  # type: ignore[attr-defined]
        files.check()
        files.write("robots.txt", b"x")
        assert f"{folder}/robots.txt".lstrip("/") in storage.names()
        assert files.read("robots.txt") == b"x"
        files.remove("robots.txt")
        files.remove("robots.txt")
        assert storage.names() == set()
        site.client.close()


def _quoted(folder: str) -> str:
    return "".join(f"%{ord(c):02x}" if c in "%+&=;?#" else c for c in folder)


@pytest.mark.parametrize("wrong", ["key", "secret"])
def test_a_wrong_key_is_reported(storage: Storage, bucket_site: BucketSite, wrong: str) -> None:
    address = storage.address(key_id="AKIAWRONGWRONGWRONG1" if wrong == "key" else "")
    secret = PASSWORD if wrong == "secret" else storage.secret
    site = _site(storage, bucket_site.base_url, address, secret)
    with raises(NeedsReconnect, {PASSWORD, storage.secret}):
        site.platform.whoami(site.client)
    site.client.close()


def test_a_missing_bucket_is_reported(storage: Storage, bucket_site: BucketSite) -> None:
    site = _site(storage, bucket_site.base_url, storage.address(bucket="mara.elsewhere"))
    with raises(ItemGone, {storage.secret}) as caught:
        site.platform.whoami(site.client)
    assert "no bucket mara.elsewhere" in caught.value.sentence
    site.client.close()


def test_a_read_only_key_changes_nothing(storage: Storage, bucket_site: BucketSite) -> None:
    storage.put("www/robots.txt", ROBOTS)
    weak = _weak_key(storage)
    address = storage.address(key_id=weak["AccessKeyId"])
    site = _site(storage, bucket_site.base_url, address, weak["SecretAccessKey"])
    before = site.read()
    with raises(Refused, {weak["SecretAccessKey"]}) as caught:
        site.write(before, site.plan(before, NO_AI))
    assert "put and delete" in caught.value.advice
    assert storage.names() == {"www/robots.txt"}
    site.client.close()


def _weak_key(storage: Storage) -> dict[str, str]:
    url = f"http://127.0.0.1:{storage.port}"
    with requests.Session() as control:
        control.trust_env = False
        control.post(f"{url}/moto-api/reset-auth", data="1000000", timeout=10)
        people = _boto("iam", url, "root", "root")
        key = _key(people, "guest", ["s3:GetObject", "s3:ListBucket"])
        people.close()
        control.post(f"{url}/moto-api/reset-auth", data="0", timeout=10)
    return key


def _state(storage: Storage, key: str) -> dict[str, Any]:
    """All metadata of an object, read with Amazon's own library."""
    stored = storage.get(key)
    who = storage.owner.get_object_acl(Bucket=BUCKET, Key=key)
    tags = storage.owner.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]
    names = (
        "ContentType",
        "CacheControl",
        "ContentDisposition",
        "ContentLanguage",
        "ContentEncoding",
        "Metadata",
        "StorageClass",
        "ServerSideEncryption",
        "SSEKMSKeyId",
        "WebsiteRedirectLocation",
    )
    grants = sorted(repr(grant) for grant in who["Grants"])
    return {name: stored.get(name) for name in names} | {"grants": grants, "tags": tags}


def test_all_metadata_of_a_file_stays(site: Place, storage: Storage) -> None:
    how = {
        "ContentType": "text/plain; charset=ascii",
        "CacheControl": "max-age=60",
        "ContentDisposition": "inline",
        "ContentLanguage": "de",
        "Metadata": {"by": "Mara's tool"},
        "StorageClass": "STANDARD_IA",
        "ServerSideEncryption": "AES256",
        "Tagging": "team=band%20office&kind=policy",
        "GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
        "GrantReadACP": f'id="{"a" * 64}"',
        "GrantFullControl": f'id="{"b" * 64}"',
    }
    storage.put("www/robots.txt", ROBOTS, **how)
    before = _state(storage, "www/robots.txt")
    assert len(before["grants"]) > 2
    done = site.declare(NO_AI)
    assert b"BEGIN RightsDesk" in storage.get("www/robots.txt")["Body"].read()
    assert _state(storage, "www/robots.txt") == before
    site.undo(done)
    assert _state(storage, "www/robots.txt") == before
    assert storage.names() == {"www/robots.txt"}


def test_a_compressed_file_stays_compressed(site: Place, storage: Storage) -> None:
    storage.put("www/robots.txt", gzip.compress(ROBOTS), ContentEncoding="gzip")
    done = site.declare(NO_AI)
    stored = storage.get("www/robots.txt")
    assert stored["ContentEncoding"] == "gzip"
    assert gzip.decompress(stored["Body"].read()).startswith(ROBOTS)
    site.undo(done)
    assert gzip.decompress(storage.get("www/robots.txt")["Body"].read()) == ROBOTS


def test_an_encoding_that_cannot_be_written_is_refused(site: Place, storage: Storage) -> None:
    site.read()
    storage.put("www/robots.txt", b"x", ContentEncoding="zstd-of-the-future")
    files = site.client.folder  # type: ignore[attr-defined]
    files.read("robots.txt")
    with raises(Refused, {storage.secret}) as caught:
        files.write("robots.txt", b"y")
    assert "would lose this: encoding" in caught.value.sentence
    assert storage.get("www/robots.txt")["Body"].read() == b"x"


def test_metadata_that_the_service_does_not_keep_is_refused(
    site: Place, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put("www/robots.txt", ROBOTS, Tagging="team=band")
    monkeypatch.setattr(
        "rightsdesk.platforms.sites.s3_attributes.urlencode", lambda _: "team=other"
    )
    before = site.read()
    with raises(Refused, {storage.secret}) as caught:
        site.write(before, site.plan(before, NO_AI))
    assert "would lose this: tags" in caught.value.sentence
    assert storage.names() == {"www/robots.txt"}
    assert storage.get("www/robots.txt")["Body"].read() == ROBOTS
