"""Buckets of different services, and of a hostile service."""

from collections.abc import Callable, Iterator

import pytest

from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    ChangedThere,
    NeedsReconnect,
    PlatformError,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.http.limits import Limits
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.s3 import S3Address, S3Folder
from rightsdesk.platforms.sites.session import LARGEST_FILE
from rightsdesk.practice.faults import Fault, FaultKind
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.sites.bucket import Bucket
from tests.platforms.sites.changes import PASSWORD

KEY_ID = "AKIAMARA0000EXAMPLE"


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with Bucket() as server:
        yield server


@pytest.fixture
def folder(bucket: Bucket) -> Iterator[S3Folder]:
    found = S3Folder(
        bucket.base_url.replace("http://", f"s3+http://{KEY_ID}@") + "/mara/www",
        Credentials(secret=PASSWORD),
        limits=Limits(clock=FakeClock().clock),
        clock=FakeClock().clock,
    )
    yield found
    found.close()


def test_the_region_is_learned_from_the_service(bucket: Bucket, folder: S3Folder) -> None:
    bucket.region = "eu-north-1"
    folder.write("robots.txt", b"x")
    assert bucket.files == {"www/robots.txt": b"x"}
    assert bucket.count("GET /mara/www/robots.txt") == 2  # refused once, then correct for good


def test_a_service_that_names_a_new_region_each_time_is_abandoned(
    bucket: Bucket, folder: S3Folder
) -> None:
    bucket.region = "eu-north-1/other"
    with raises(AddressRefused, {PASSWORD}) as caught:
        folder.check()
    assert "?region=" in caught.value.advice
    assert len(bucket.sent) == 1


def test_without_conditional_writes_files_are_still_written(
    bucket: Bucket, folder: S3Folder
) -> None:
    bucket.knows_conditions = False
    folder.write("robots.txt", b"one")
    folder.write("robots.txt", b"two")
    assert bucket.files == {"www/robots.txt": b"two"}
    folder.remove("robots.txt")
    assert not bucket.files


def test_without_versions_no_condition_is_sent(bucket: Bucket, folder: S3Folder) -> None:
    bucket.shows_versions = False
    bucket.files["www/robots.txt"] = b"one"
    folder.write("robots.txt", b"two")
    folder.remove("robots.txt")
    puts = [request for request in bucket.sent if request.method != "GET"]
    assert [request.method for request in puts] == ["PUT", "DELETE"]
    assert not any("If-Match" in request.headers for request in puts)


def test_a_change_with_a_lost_answer_is_recognised_as_ours(
    bucket: Bucket, folder: S3Folder
) -> None:
    bucket.faults.add(Fault(FaultKind.LOST_ANSWER, on="PUT"))
    folder.write("robots.txt", b"x")
    assert bucket.files == {"www/robots.txt": b"x"}
    assert bucket.count("PUT") == 2


def test_a_changed_file_is_not_removed(bucket: Bucket, folder: S3Folder) -> None:
    folder.write("robots.txt", b"ours")
    bucket.files["www/robots.txt"] = b"theirs"
    with raises(ChangedThere, {PASSWORD}):
        folder.remove("robots.txt")
    assert bucket.files == {"www/robots.txt": b"theirs"}


@pytest.mark.parametrize(
    ("says", "error", "words"),
    [
        ((403, "RequestTimeTooSkewed"), Refused, "clock"),
        ((403, "AccessDenied"), Refused, "lacks a permission"),
        ((401, "Unauthorized"), NeedsReconnect, "secret key"),
        ((301, "PermanentRedirect"), AddressRefused, "another address"),
        ((307, "TemporaryRedirect"), AddressRefused, "another address"),
        ((404, "NoSuchBucket"), PlatformError, "no bucket mara"),
        ((400, "<b>Odd</b>"), Refused, "(400)"),
        ((503, "SlowDown"), ServerTrouble, ""),
    ],
)
def test_each_refusal_has_a_message(
    bucket: Bucket,
    folder: S3Folder,
    says: tuple[int, str],
    error: type[PlatformError],
    words: str,
) -> None:
    bucket.says = says
    steps: list[Callable[[], object]] = [folder.check, lambda: folder.read("robots.txt")]
    for step in steps:
        with raises(error, {PASSWORD}) as caught:
            step()
        assert words in caught.value.sentence


def test_a_redirect_never_takes_a_signature_along(bucket: Bucket, folder: S3Folder) -> None:
    with Bucket() as other:
        bucket.faults.add(Fault(FaultKind.REDIRECT, to=f"{other.base_url}/mara", times=0))
        with raises(AddressRefused, {PASSWORD}):
            folder.check()
        assert not other.seen


def test_a_file_that_is_too_large_is_not_read(bucket: Bucket, folder: S3Folder) -> None:
    bucket.files["www/robots.txt"] = b"x" * (LARGEST_FILE + 1)
    with raises(BadAnswer, {PASSWORD}):
        folder.read("robots.txt")
    bucket.faults.add(Fault(FaultKind.OVERSIZED))
    with raises(BadAnswer, {PASSWORD}):
        folder.read("robots.txt")


def test_the_secret_key_is_never_sent(bucket: Bucket, folder: S3Folder) -> None:
    folder.write("robots.txt", b"x")
    for request in bucket.sent:
        assert PASSWORD not in f"{request.target} {dict(request.headers)} {request.body!r}"
        assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIA")
    assert PASSWORD not in repr(folder) + repr(vars(folder))


def test_an_account_without_a_secret_key_asks_for_it(bucket: Bucket) -> None:
    address = bucket.base_url.replace("http://", f"s3+http://{KEY_ID}@") + "/mara"
    with raises(NeedsReconnect, set()):
        S3Folder(address, Credentials(secret=" "), limits=Limits(), clock=FakeClock().clock)


@pytest.mark.parametrize(
    ("address", "bucket", "prefix", "region"),
    [
        ("s3.eu-central-1.amazonaws.com/mara.example", "mara.example", "", "eu-central-1"),
        ("s3.amazonaws.com/mara/a/b/", "mara", "a/b/", "us-east-1"),
        ("s3.us-west-004.backblazeb2.com/mara", "mara", "", "us-west-004"),
        ("storage.example:8443/mara?region=garage", "mara", "", "garage"),
        ("0123.r2.cloudflarestorage.com/mara/%C3%BCber", "mara", "über/", "us-east-1"),
    ],
)
def test_an_address_names_the_bucket_and_the_folder(
    address: str, bucket: str, prefix: str, region: str
) -> None:
    found = S3Address.at(f"s3://{KEY_ID}@{address}")
    host = address.partition("/")[0]
    assert found == S3Address(f"https://{host}", bucket, prefix, KEY_ID, region)


@pytest.mark.parametrize(
    "address",
    [
        "s3://mara/site",
        f"s3://{KEY_ID}:{PASSWORD}@storage.example/mara",
        f"s3://{KEY_ID}@storage.example",
        f"s3://{KEY_ID}@storage.example/Mara",
        f"s3://{KEY_ID}@storage.example/mara/../other",
        f"s3://{KEY_ID}@storage.example/mara//site",
        f"s3://{KEY_ID}@storage.example/mara?region=EU",
        f"s3://{KEY_ID}@storage.example/mara?public=1",
        f"s3://{KEY_ID}@storage.example/mara#site",
        f"s3://{KEY_ID}@[::1/mara",
        f"s3+http://{KEY_ID}@storage.example/mara",
        "s3://key%0Aid@storage.example/mara",
    ],
)
def test_an_ambiguous_address_is_refused(address: str) -> None:
    with raises(AddressRefused, {PASSWORD}):
        S3Address.at(address)
