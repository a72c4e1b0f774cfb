"""Telegram exports: what a channel published, never who; nothing private without authority."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from turs.collect import READERS, read
from turs.posting import Posting, Reject

PNG = READERS["image"].examples[0].data


def message(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2026-01-02T14:00:00",
        "date_unixtime": "1767351600",
        "text": "نص",
        **fields,
    }


def export(*messages: Any, kind: str = "public_channel", **fields: Any) -> bytes:
    chat = {"name": "قناة المثال", "type": kind, "id": 1, **fields, "messages": list(messages)}
    return json.dumps(chat, ensure_ascii=False, indent=1).encode()


def test_no_name_of_a_person_reaches_a_posting(read_bytes: Any) -> None:
    data = export(
        message(1, **{"from": "Some One", "from_id": "user42", "author": "Signature Name", "via_bot": "@bot"}),
        message(2, forwarded_from="Another Person", forwarded_from_id="user43"),
        message(3, forwarded_from="Third Person"),
        message(4, text="", contact_information={"first_name": "Fourth", "phone_number": "+000"}),
        {"id": 5, "type": "service", "actor": "Fifth Person", "action": "join", "text": ""},
        kind="public_supergroup",
    )
    postings, rejects = read_bytes("result.json", data)
    seen = " ".join([*(repr(posting) for posting in postings), *(repr(reject) for reject in rejects)])
    for name in ("Some One", "user42", "Signature", "Another", "Third", "Fourth", "Fifth", "user43", "+000"):
        assert name not in seen
    assert [posting.extra.get("forwarded") for posting in postings] == [None, True, True]
    assert [reject.code for reject in rejects] == ["no_text"]


def test_a_forwarded_channel_is_content(read_bytes: Any) -> None:
    data = export(message(forwarded_from="قناة أخرى", forwarded_from_id="channel9"))
    assert read_bytes("result.json", data)[0][0].extra["forwarded_from"] == "قناة أخرى"


@pytest.mark.parametrize(
    "kind",
    ["private_channel", "private_group", "private_supergroup", "personal_chat", "saved_messages", "bot_chat", ""],
)
def test_what_is_not_public_needs_authority(read_bytes: Any, refusal: Any, kind: str) -> None:
    data = export(message(text="كلام خاص"), kind=kind)
    reject = refusal("result.json", data)
    assert reject.code == "not_public"
    assert "كلام" not in repr(reject)
    posting = read_bytes("result.json", data, {"authority": "WARRANT-7/2026"})[0][0]
    assert posting.extra["authority"] == posting.capture.headers["authority"] == "WARRANT-7/2026"


def test_the_type_may_stand_after_the_messages(read_bytes: Any, refusal: Any) -> None:
    late = b'{"messages": [{"id": 1, "type": "message", "text": "x"}], "name": "C", "type": "%s"}'
    assert read_bytes("result.json", late % b"public_channel")[0][0].source == "C"
    assert refusal("result.json", late % b"personal_chat").code == "not_public"


def test_a_whole_account_gives_its_public_channels_only(read_bytes: Any) -> None:
    data = json.dumps(
        {
            "about": "x",
            "personal_information": {"first_name": "Some", "phone_number": "+000"},
            "contacts": {"list": [{"first_name": "Other"}]},
            "chats": {
                "list": [
                    {"type": "saved_messages", "id": 1, "messages": [message(1, text="خاص")]},
                    {"name": "أ", "type": "public_channel", "id": 2, "messages": [message(1, text="عام أول")]},
                    {
                        "name": "شخص",
                        "type": "personal_chat",
                        "id": 3,
                        "messages": [message(1, text="خاص"), message(2, text="خاص")],
                    },
                ]
            },
            "left_chats": {
                "list": [{"name": "ب", "type": "public_channel", "id": 4, "messages": [message(1, text="عام ثان")]}]
            },
        },
        ensure_ascii=False,
    ).encode()
    postings, rejects = read_bytes("result.json", data)
    assert [(posting.source, posting.text) for posting in postings] == [("أ", "عام أول"), ("ب", "عام ثان")]
    assert [posting.capture.origin for posting in postings] == [
        "result.json#chats.list[1].messages[0]",
        "result.json#left_chats.list[0].messages[0]",
    ]
    assert [reject.code for reject in rejects] == ["not_public", "not_public"]
    assert "خاص" not in repr(rejects)


def test_the_evidence_is_cut_from_the_file_byte_for_byte(read_bytes: Any) -> None:
    data = export(message(1), message(2, text="آخر"))
    postings, _ = read_bytes("result.json", data)
    for posting in postings:
        assert posting.capture.raw in data
        assert json.loads(posting.capture.raw)["id"] == int(posting.native_id)


def test_text_is_joined_as_written_and_hidden_links_are_found(read_bytes: Any) -> None:
    pieces = [
        "اقرأ ",
        {"type": "text_link", "text": "هنا", "href": "https://hidden.example/a"},
        " أو ",
        {"type": "link", "text": "news.example.org/b"},
        {"type": "mention", "text": "@x"},
        "!",
    ]
    posting = read_bytes("result.json", export(message(text=pieces)))[0][0]
    assert posting.text == "اقرأ هنا أو news.example.org/b@x!"
    assert posting.links == ("https://hidden.example/a", "https://news.example.org/b")


def test_times_are_utc_and_edits_are_noted(read_bytes: Any) -> None:
    data = export(
        message(1, edited_unixtime="1767355200"),
        {"id": 2, "type": "message", "date": "2026-01-02T14:00:00", "text": "x"},
    )
    postings, _ = read_bytes("result.json", data, {"timezone": "+03:00"})
    assert postings[0].published_at == postings[1].published_at == datetime(2026, 1, 2, 11, tzinfo=UTC)
    assert postings[0].extra["edited_at"] == "2026-01-02T12:00:00+00:00"
    assert postings[1].extra["zone_assumed"] == "UTC+03:00"


@pytest.mark.parametrize("value", ["0", "99999999999999999999", "-5", "abc", None, [], 1e300])
def test_absurd_times_cost_only_the_time(read_bytes: Any, value: Any) -> None:
    data = export({"id": 1, "type": "message", "date_unixtime": value, "text": "x"})
    assert read_bytes("result.json", data)[0][0].published_at is None


def test_polls_are_their_question_and_answers(read_bytes: Any) -> None:
    data = export(message(text="", poll={"question": "متى؟", "answers": [{"text": "اليوم"}, {"text": "غداً"}]}))
    assert read_bytes("result.json", data)[0][0].text == "متى؟\nاليوم\nغداً"


def test_the_address_of_the_channel_gives_each_message_its_own(read_bytes: Any) -> None:
    assert (
        read_bytes("result.json", export(message(12)), {"address": "https://t.me/example/"})[0][0].url
        == "https://t.me/example/12"
    )


def test_media_is_read_inside_the_export_only(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "a.jpg").write_bytes(PNG)
    (folder / "photos" / "cut.png").write_bytes(PNG[:45])
    (tmp_path / "outside.png").write_bytes(PNG)
    (folder / "photos" / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "linked").symlink_to(tmp_path)
    paths = [
        "photos/a.jpg",
        "../outside.png",
        "photos/../../outside.png",
        str(tmp_path / "outside.png"),
        "photos/link.png",
        "linked/outside.png",
        "..\\outside.png",
        "C:\\outside.png",
        "photos/\0.png",
        "photos/gone.png",
        "photos",
        "photos/cut.png",
        "(File not included. Change data exporting settings to download.)",
    ]
    (folder / "result.json").write_bytes(export(*(message(n, photo=path) for n, path in enumerate(paths))))
    results = list(read(folder / "result.json"))
    postings = [item for item in results if isinstance(item, Posting)]
    assert [len(posting.media) for posting in postings] == [1, *[0] * 10, 1, 0]
    assert postings[0].media[0].mime == "image/png"
    assert postings[11].media[0].kind == "document"
    assert [item.code for item in results if isinstance(item, Reject)] == [
        *["media_outside"] * 8,
        "media_missing",
        "media_missing",
        "media_broken",
    ]
    assert postings[12].extra["media_missing"] == 1


def test_a_cut_export_gives_what_is_whole(read_bytes: Any) -> None:
    data = export(message(1), message(2), message(3))
    postings, rejects = read_bytes("result.json", data[: data.rindex(b'"id"')])
    assert [posting.native_id for posting in postings] == ["1", "2"]
    assert [reject.code for reject in rejects] == ["broken_json"]


def test_a_cut_private_export_gives_nothing(read_bytes: Any) -> None:
    data = export(message(1, text="سر"), message(2), kind="personal_chat")
    postings, rejects = read_bytes("result.json", data[: data.rindex(b'"id"')])
    assert postings == []
    assert "not_public" in {reject.code for reject in rejects}


def test_damage_inside_one_message_costs_that_message(read_bytes: Any) -> None:
    data = export(
        message(1), message(2, text="BAD"), "no object", message(3, d=json.loads("[" * 80 + "]" * 80)), message(4)
    )
    postings, rejects = read_bytes("result.json", data.replace(b'"BAD"', b"BAD"))
    assert [posting.native_id for posting in postings] == ["1", "4"]
    assert [reject.code for reject in rejects] == ["bad_json", "not_object", "too_deep"]
    assert [reject.line for reject in rejects] == sorted(reject.line for reject in rejects)
    assert all(reject.line > 1 for reject in rejects)


def test_published_export(shared: Path) -> None:
    folder = shared / "inputs" / "03_social"
    postings = [
        item
        for item in read(folder / "chat-miner__telegram__test_single_export.json", options={"authority": "TEST-1"})
        if isinstance(item, Posting)
    ]
    target = json.loads((folder / "chat-miner__telegram__target.json").read_text())
    assert len(postings) == len(target)
    for posting, expected in zip(postings, target, strict=True):
        # The other tool puts a space between the pieces of a text; ours keeps the text as Telegram shows it.
        assert "".join(posting.text.split()) == "".join(expected["message"].split())
        assert posting.published_at == datetime.fromisoformat(expected["timestamp"]).replace(tzinfo=UTC) + timedelta(0)
        assert expected["author"] not in repr(posting)
