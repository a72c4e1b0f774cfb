"""The calls of Hasher-Matcher-Actioner: what speaks to that service finds the same doors, and only its own banks."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from turs.desk.content import curation, hma
from turs.match import pdq

from . import rows

pytestmark = pytest.mark.django_db
REASON = "Judged in the invented story of the tests."
ZEROS, NEAR, FAR = "0" * 64, f"{2**9 - 1:064x}", "f" * 64


class Hma:
    """A client with a token; answers as (status, parsed body)."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.client, self.headers = Client(), headers

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        hma.forget()
        address = f"/hma{path}"
        given: dict[str, Any] = {"headers": self.headers}
        if body is not None:
            given |= {"data": body if isinstance(body, (str, bytes)) else json.dumps(body),
                      "content_type": "application/json"}  # fmt: skip
        if query:
            given["query_params"] = query
        answer = getattr(self.client, method.lower())(address, **given)
        return answer.status_code, json.loads(answer.content)

    def upload(self, path: str, name: str, data: bytes, **query: str) -> tuple[int, Any]:
        hma.forget()
        file = SimpleUploadedFile("x", data)
        answer = self.client.post(f"/hma{path}", {name: file}, headers=self.headers, query_params=query)
        return answer.status_code, json.loads(answer.content)


@pytest.fixture
def call(world: rows.World, bearer: Any) -> Hma:
    return Hma(bearer(world.user("analyst")))


@pytest.fixture
def filled(call: Hma) -> Hma:
    assert call("POST", "/c/banks", {"name": "TEST_BANK"})[0] == 201
    assert call("POST", "/c/bank/TEST_BANK/signal", {"pdq": ZEROS})[0] == 200
    return call


def picture(size: tuple[int, int] = (256, 192)) -> bytes:
    image = Image.new("L", (256, 192))
    places = ((x, y) for y in range(192) for x in range(256))
    image.putdata([round(128 + 60 * math.sin(x / 9 + y / 31) + 60 * math.cos(y / 7 - x / 43)) for x, y in places])
    out = io.BytesIO()
    image.resize(size).save(out, "PNG")
    return out.getvalue()


# --- who may enter -----------------------------------------------------------------------------------
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic dTpw"}])
def test_nobody_enters_without_a_token(db: None, headers: dict[str, str]) -> None:
    answer = Client().get("/hma/c/banks", headers=headers)
    assert answer.status_code == 401
    assert "token" in answer.json()["message"]


def test_the_pulse_needs_no_token(db: None) -> None:
    assert Client().get("/hma/status").content == b"I-AM-ALIVE"


def test_a_closed_login_closes_the_door(world: rows.World, bearer: Any) -> None:
    user = world.user("analyst")
    call = Hma(bearer(user))
    assert call("GET", "/c/banks")[0] == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert call("GET", "/c/banks")[0] == 401


def test_a_reader_matches_and_changes_nothing(world: rows.World, bearer: Any, filled: Hma) -> None:
    reader = Hma(bearer(world.user("evaluator")))
    assert reader("GET", "/m/raw_lookup", signal=ZEROS, signal_type="pdq")[1]["matches"]
    assert reader("POST", "/c/bank/TEST_BANK/signal", {"pdq": FAR})[0] == 403
    assert reader("POST", "/c/banks", {"name": "OTHER"})[0] == 403


def test_a_foreign_bank_is_matched_where_tlp_allows_and_never_changed(world: rows.World, bearer: Any) -> None:
    user = world.user("analyst")
    for name, tlp in (("SHARED", "GREEN"), ("OWN", "AMBER+STRICT")):
        bank = curation.add_bank(user, name, polarity="match", tlp=tlp)
        curation.add_bank_entry(user, bank, "pdq", ZEROS, tier="designation", reason=REASON)
    foreign = Hma(bearer(world.user("analyst", at=world.police)))
    assert [bank["name"] for bank in foreign("GET", "/c/banks")[1]] == ["SHARED@cell"]
    assert list(foreign("GET", "/m/lookup", signal=ZEROS, signal_type="pdq")[1]) == ["SHARED@cell"]
    assert foreign("GET", "/c/bank/SHARED@cell")[0] == 200
    assert foreign("GET", "/c/bank/OWN@cell")[0] == 404
    assert foreign("DELETE", "/c/bank/SHARED@cell")[0] == 404


# --- matching ----------------------------------------------------------------------------------------
def test_what_was_added_is_found_at_once_with_its_distance(filled: Hma) -> None:
    (number,) = filled("GET", "/m/raw_lookup", signal=ZEROS, signal_type="pdq")[1]["matches"]
    found = filled("GET", "/m/raw_lookup", signal=NEAR, signal_type="pdq", include_distance="true")[1]
    assert found == {"matches": [{"bank_content_id": number, "distance": "9"}]}
    by_bank = filled("GET", "/m/lookup", signal=NEAR, signal_type="pdq")[1]
    assert by_bank == {"TEST_BANK": [{"bank_content_id": number, "distance": "9"}]}
    assert filled("GET", "/m/lookup", signal=NEAR, signal_type="pdq", banks="OTHER")[1] == {}
    assert filled("GET", "/m/raw_lookup", signal=FAR, signal_type="pdq")[1] == {"matches": []}


def test_many_hashes_in_one_call(filled: Hma) -> None:
    status, body = filled("POST", "/m/lookup/batch", {"signal_type": "pdq", "signals": [FAR, NEAR, ZEROS]})
    assert (status, body["count"], sorted(body["matches"])) == (200, 3, ["1", "2"])
    assert body["matches"]["1"][0]["bank"] == "TEST_BANK"
    assert body["matches"]["1"][0]["distance"] == "9"
    md5 = filled("POST", "/m/lookup/batch", {"signal_type": "md5", "signals": ["a" * 32]})
    assert md5 == (200, {"count": 1, "matches": {}})


def test_two_hashes_compared(call: Hma) -> None:
    body = {"pdq": [ZEROS, NEAR], "md5": ["a" * 32, "b" * 32]}
    assert call("POST", "/m/compare", body)[1] == {"pdq": [True, {"distance": 9}], "md5": [False, {}]}


def test_the_index_says_what_it_holds(filled: Hma) -> None:
    status = filled("GET", "/m/index/status")[1]
    assert (status["pdq"]["present"], status["pdq"]["size"]) == (True, 1)
    assert (status["video_md5"]["present"], status["video_md5"]["built_to"]) == (False, -1)
    assert list(filled("GET", "/m/index/status", signal_type="pdq")[1]) == ["pdq"]


def test_a_picture_is_hashed_added_and_found_when_it_comes_back_smaller(filled: Hma) -> None:
    hashes = filled.upload("/h/hash", "photo", picture())[1]
    assert hashes["pdq"] == pdq(picture()).value
    assert list(filled.upload("/h/hash", "photo", picture(), types="pdq")[1]) == ["pdq"]
    added = filled.upload("/c/bank/TEST_BANK/content", "photo", picture())[1]
    found = filled.upload("/m/lookup", "photo", picture((200, 150)))[1]
    assert found["pdq"]["TEST_BANK"][0]["bank_content_id"] == added["ids"]["pdq"]


# --- banks -------------------------------------------------------------------------------------------
def test_the_life_of_a_bank_and_its_content(filled: Hma) -> None:
    number = filled("GET", "/m/raw_lookup", signal=ZEROS, signal_type="pdq")[1]["matches"][0]
    place = f"/c/bank/TEST_BANK/content/{number}"
    shown = filled("GET", place)[1]
    assert (shown["id"], shown["signals"], shown["disable_until_ts"]) == (number, {"pdq": ZEROS}, 0)
    assert filled("PUT", place, {"disable_until_ts": 4102444800})[1]["disable_until_ts"] == 4102444800
    assert filled("GET", "/m/lookup", signal=ZEROS, signal_type="pdq")[1] == {}
    assert filled("PUT", place, {"disable_until_ts": 0})[0] == 200
    assert filled("PUT", "/c/bank/TEST_BANK", {"enabled": False})[1]["matching_enabled_ratio"] == 0.0
    assert filled("GET", "/m/lookup", signal=ZEROS, signal_type="pdq")[1] == {}
    assert filled("PUT", "/c/bank/TEST_BANK", {"enabled": True, "name": "RENAMED"})[1]["name"] == "RENAMED"
    assert list(filled("GET", "/m/lookup", signal=ZEROS, signal_type="pdq")[1]) == ["RENAMED"]
    place = place.replace("TEST_BANK", "RENAMED")
    assert [filled("DELETE", place)[1] for _ in range(2)] == [{"deleted": 1}, {"deleted": 0}]
    assert filled("GET", "/m/lookup", signal=ZEROS, signal_type="pdq")[1] == {}
    assert filled("DELETE", "/c/bank/RENAMED")[1] == {"message": "Done"}


# --- bad input ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("DELETE", "/m/raw_lookup", {}, 405),
        ("GET", "/m/raw_lookup", {}, 400),
        ("GET", "/m/raw_lookup", {"signal": "zz", "signal_type": "pdq"}, 400),
        ("GET", "/m/raw_lookup", {"signal": ZEROS, "signal_type": "colour"}, 400),
        ("GET", "/m/raw_lookup", {"signal": ZEROS, "signal_type": "pdq", "include_distance": "maybe"}, 400),
        ("GET", "/m/lookup", {"url": "http://127.0.0.1:22/"}, 403),
        ("GET", "/h/hash", {"url": "file:///etc/passwd"}, 403),
        ("GET", "/c/bank/NO_SUCH", {}, 404),
        ("GET", "/c/bank/TEST_BANK/content/99999999999999999999", {}, 404),
    ],
)
def test_a_wrong_call_is_told_why(filled: Hma, method: str, path: str, query: dict[str, str], status: int) -> None:
    answer, body = filled(method, path, **query)
    assert answer == status
    assert body["message"]


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '{"signals": 5}', '{"signals": [5]}', '{"signals": ["x"]}',
                                  '{"signals": [], "banks": "A"}', "\ud800".encode("utf-8", "surrogatepass"),
                                  json.dumps({"signals": ["0"] * 20_001}), "[" * 100_000])  # fmt: skip
def test_a_broken_batch_is_refused(filled: Hma, body: str | bytes) -> None:
    status, answer = filled("POST", "/m/lookup/batch", body)
    assert status in (400, 413), answer


@pytest.mark.parametrize(("name", "data"), [("photo", b""), ("colour", b"x"), ("text", b"\xff\xfe\x00")])
def test_a_broken_upload_is_refused(filled: Hma, name: str, data: bytes) -> None:
    assert filled.upload("/m/lookup", name, data)[0] == 400


def test_a_file_that_is_no_picture_has_a_digest_and_no_pdq(filled: Hma) -> None:
    assert list(filled.upload("/h/hash", "photo", b"no picture at all")[1]) == ["sha256"]
