"""The exchanges of others: what they publish is read, and what we write their own programs read."""

from __future__ import annotations

import json
import uuid
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from turs.formats import FORMATS, Opinion, Problem, Signal, read, sniff, stix, write
from turs.formats.stix_pattern import Complex, Unsound, quoted, terms

MD5, SHA256, PDQ = "b" * 32, "a" * 64, "0f" * 32
FOLDER = "inputs/08_exchange"


def signals_of(data: bytes, name: str | None = None) -> list[Signal]:
    return [item for item in read(data, name) if isinstance(item, Signal)]


def problems_of(data: bytes, name: str | None = None) -> list[str]:
    return [item.code for item in read(data, name) if isinstance(item, Problem)]


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


# -- ThreatExchange ----------------------------------------------------------------------------------------


def update(**fields: Any) -> dict[str, Any]:
    descriptors = fields.pop("descriptors", [{"id": "1", "owner": {"id": "101"}, "status": "MALICIOUS", "tags": ["x"]}])
    row = {
        "id": "9",
        "indicator": PDQ,
        "type": "HASH_PDQ",
        "last_updated": 1767787200,
        "should_delete": False,
        **fields,
    }
    return row if descriptors is None else {**row, "descriptors": {"data": descriptors}}


def test_descriptors_are_opinions_and_the_owner_agrees_by_sharing() -> None:
    descriptors = [
        {"id": "1", "owner": {"id": "101", "name": "Example Platform"}, "status": "NON_MALICIOUS", "tags": ["news"]},
        {
            "id": "2",
            "owner": {"id": "102", "name": "Example Agency"},
            "status": "MALICIOUS",
            "share_level": "AMBER",
            "tags": {"data": [{"text": "group:example"}]},
            "added_on": "2026-01-05T08:00:00+0000",
            "description": "Poster",
            "reactions": [{"key": "HELPFUL", "value": "103"}, {"key": "DISAGREE_WITH_TAGS", "value": "104,102"}],
        },
    ]
    (signal,) = signals_of(as_json({"data": [update(descriptors=descriptors)]}))
    assert (signal.owner, signal.labels, signal.tlp) == ("Example Agency", ("group:example",), "AMBER")
    assert {(each.owner, each.view, each.reason) for each in signal.opinions} == {
        ("Example Platform", "disagree", "news"),
        ("103", "agree", ""),
        ("104", "disagree", ""),
    }
    assert signal.first_seen == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert (signal.checkpoint, signal.disputed) == ("1767787200", True)


def test_an_update_without_descriptors_is_a_withdrawal() -> None:
    rows = [update(should_delete=True), update(descriptors=None), update()]
    assert [signal.deleted for signal in signals_of(as_json({"data": rows}))] == [True, True, False]


def test_indicator_types_are_known_by_their_names_and_tags() -> None:
    rows = [
        update(type="HASH_MD5", indicator=MD5),
        update(type="UNCLICKABLE_URL", indicator="[h]ttps://front.example/x"),
        update(type="TEXT_STRING", indicator="نص"),
        update(type="HASH_SHA1", indicator="c" * 40),
        update(
            type="DEBUG_STRING",
            indicator=SHA256,
            descriptors=[
                {"id": "1", "owner": {"id": "1"}, "status": "MALICIOUS", "tags": ["signal_type:turs_text_digest"]}
            ],
        ),
    ]
    data = as_json({"data": rows})
    assert [(signal.kind, signal.value) for signal in signals_of(data)] == [
        ("md5", MD5),
        ("url", "https://front.example/x"),
        ("near_text", "نص"),
        ("text", SHA256),
    ]
    assert problems_of(data) == ["other_kind"]


def test_the_library_reads_our_updates() -> None:
    fb = pytest.importorskip("threatexchange.exchanges.impl.fb_threatexchange_api")
    client = pytest.importorskip("threatexchange.exchanges.clients.fb_threatexchange.threat_updates")
    given = [
        Signal(
            "pdq", PDQ, ("x", "y"), owner="Example Agency", opinions=(Opinion("Example Platform", "disagree", "news"),)
        ),
        Signal("md5", MD5, owner="Example Agency", deleted=True),
    ]
    rows = [client.ThreatUpdateJSON(row) for row in json.loads(write(given, "threatexchange"))["data"]]
    record = fb.FBThreatExchangeIndicatorRecord.from_threatexchange_json(1, rows[0])
    assert record.get_as_aggregate_opinion().category.name == "DISPUTED"
    assert record.get_as_aggregate_opinion().tags == {"x", "y", "news"}
    assert fb.FBThreatExchangeIndicatorRecord.from_threatexchange_json(1, rows[1]) is None
    assert signals_of(write(given, "threatexchange")) == given


def test_the_library_reads_our_file_exchange(tmp_path: Path) -> None:
    api = pytest.importorskip("threatexchange.exchanges.impl.file_api")
    given = [Signal("pdq", PDQ), Signal("md5", MD5), Signal("near_text", "نص من سطر واحد")]
    file = tmp_path / "signals.txt"
    file.write_bytes(write(given, "threatexchange-list"))
    exchange = api.LocalFileSignalExchangeAPI(api.FileCollaborationConfig(name="x", filename=str(file)))
    (delta,) = exchange.fetch_iter([], None)
    assert set(delta.updates) == {("pdq", PDQ), ("video_md5", MD5), ("raw_text", "نص من سطر واحد")}
    assert signals_of(file.read_bytes()) == given


def test_categories_come_back() -> None:
    own, other = Opinion("", "disagree"), Opinion("other", "disagree")
    rows = [
        Signal("pdq", PDQ),
        Signal("pdq", PDQ, opinions=(own,)),
        Signal("pdq", PDQ, opinions=(other,)),
        Signal("pdq", PDQ, opinions=(Opinion("", "unsure"),)),
    ]
    data = write(rows, "threatexchange-csv")
    assert [line.split(",")[3] for line in data.decode().splitlines()[1:]] == [
        "POSITIVE_CLASS",
        "NEGATIVE_CLASS",
        "DISPUTED",
        "INVESTIGATION_SEED",
    ]
    assert [signal.disputed for signal in signals_of(data)] == [False, True, True, False]


def test_printed_lines_and_te_files_are_read() -> None:
    printed = f"pdq {PDQ} 'Sample Signals' INVESTIGATION_SEED\nraw_text bball now? \"it's\" DISPUTED a,b\nurl_md5 x y\n"
    first, second = signals_of(printed.encode())
    assert (first.value, first.source, second.value, second.source, second.labels) == (
        PDQ,
        "Sample Signals",
        "bball now?",
        "it's",
        ("a", "b"),
    )
    (row,) = read(f"{PDQ},3058061737574159,2020-07-01T18:31:15+0000,tag1 tag2\n".encode(), "threatexchange", kind="pdq")
    assert isinstance(row, Signal)
    assert (row.value, row.id, row.labels) == (PDQ, "3058061737574159", ("tag1", "tag2"))


# -- STIX ---------------------------------------------------------------------------------------------------


def indicator(pattern: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid.uuid4()}",
        "pattern": pattern,
        "pattern_type": "stix",
        "created": "2026-01-05T08:00:00.000Z",
        "modified": "2026-01-06T08:00:00.000Z",
        "valid_from": "2026-01-05T08:00:00Z",
        **fields,
    }


def bundle(*objects: Any) -> bytes:
    return as_json({"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": objects})


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (f"[file:hashes.'SHA-256' = '{SHA256}']", [("sha256", SHA256)]),
        (f"[file:hashes.md5='{MD5}']", [("md5", MD5)]),
        (f"[file:hashes.MD5 = '{MD5}' OR file:hashes.'SHA-256' = '{SHA256}']", [("md5", MD5), ("sha256", SHA256)]),
        (
            f"[file:hashes.MD5 = '{MD5}'] OR [url:value = 'https://front.example/it\\'s']",
            [("md5", MD5), ("url", "https://front.example/it's")],
        ),
        (f"[file:hashes.MD5 = '{MD5}' AND file:name = 'x' AND file:size = 3]", [("md5", MD5)]),
        (f"[file:hashes.MD5 IN ('{MD5}', '{'c' * 32}')]", [("md5", MD5), ("md5", "c" * 32)]),
        (f"[(artifact:hashes.MD5 = '{MD5}')]", [("md5", MD5)]),
        (f"[file:hashes.PDQ = '{PDQ}']", [("pdq", PDQ)]),
    ],
)
def test_patterns_give_their_fingerprints(pattern: str, found: list[tuple[str, str]]) -> None:
    assert [(item.kind, item.value) for item in signals_of(bundle(indicator(pattern)))] == found


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("[ipv4-addr:value = '10.0.0.0']", "other_kind"),
        ("[file:name = 'x.exe']", "other_kind"),
        ("[email-message:subject MATCHES '^x']", "other_kind"),
        (f"[file:hashes.MD5 != '{MD5}']", "pattern_complex"),
        (f"[NOT file:hashes.MD5 = '{MD5}']", "pattern_complex"),
        (f"[file:hashes.MD5 = '{MD5}'] FOLLOWEDBY [url:value = 'https://a.example']", "pattern_complex"),
        (f"[file:hashes.MD5 = '{MD5}'] REPEATS 5 TIMES", "pattern_complex"),
        (f"[file:hashes.MD5 = '{MD5}' AND ipv4-addr:value = '10.0.0.0']", "pattern_complex"),
        ("[url:value LIKE 'https://%']", "pattern_complex"),
        (f"[file:hashes.MD5 = '{MD5}'", "bad_pattern"),
        ("file:hashes.MD5 = 'x'", "bad_pattern"),
        ("[file:hashes.MD5 = 'short']", "bad_value"),
    ],
)
def test_a_pattern_that_says_more_or_less_is_told(pattern: str, code: str) -> None:
    data = bundle(indicator(pattern))
    assert (signals_of(data), problems_of(data)) == ([], [code])


def test_patterns_are_parsed_within_limits() -> None:
    with pytest.raises(Complex):
        terms("[" + "(" * 200 + "file:hashes.MD5 = 'x'" + ")" * 200 + "]")
    with pytest.raises(Unsound):
        terms("[file:hashes.MD5 =")
    assert terms(f"[url:value = {quoted(chr(92) + chr(39) + 'x')}]")[0].values == ("\\'x",)


def test_markings_of_both_versions_and_unknown_ones() -> None:
    old, own = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", f"marking-definition--{uuid.uuid4()}"
    marking = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": own,
        "definition_type": "tlp",
        "definition": {"tlp": "green"},
    }
    pattern = f"[file:hashes.MD5 = '{MD5}']"
    for refs, mark in (
        (["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"], "GREEN"),
        ([own], "GREEN"),
        ([old, own], "AMBER"),
        ([f"marking-definition--{uuid.uuid4()}"], "RED"),
        ([], ""),
    ):
        (signal,) = signals_of(bundle(marking, indicator(pattern, object_marking_refs=refs)))
        assert signal.tlp == mark


def test_persons_are_left_out_and_organisations_vouch() -> None:
    pattern, ref = f"[file:hashes.MD5 = '{MD5}']", f"identity--{uuid.uuid4()}"
    for kind, owner in (("organization", "Example Agency"), ("individual", "")):
        identity = {
            "type": "identity",
            "spec_version": "2.1",
            "id": ref,
            "name": "Example Agency",
            "identity_class": kind,
        }
        (signal,) = signals_of(bundle(identity, indicator(pattern, created_by_ref=ref)))
        assert signal.owner == owner


def test_the_newest_version_counts_and_a_revoked_one_is_a_withdrawal() -> None:
    first = indicator(f"[file:hashes.MD5 = '{MD5}']")
    last = {**first, "modified": "2026-02-01T00:00:00.000Z", "revoked": True}
    data = bundle(last, first)
    assert [signal.deleted for signal in signals_of(data)] == [True]
    assert problems_of(data) == ["duplicate"]


def test_observed_files_are_read_and_say_that_nobody_judged_them() -> None:
    observed = {"type": "file", "id": f"file--{uuid.uuid4()}", "hashes": {"MD5": MD5, "SHA-1": "c" * 40}}
    old = {
        "type": "observed-data",
        "id": f"observed-data--{uuid.uuid4()}",
        "objects": {
            "0": {"type": "url", "value": "https://front.example/x"},
            "1": {"type": "ipv4-addr", "value": "10.0.0.1"},
        },
    }
    data = bundle(observed, old)
    assert [(signal.kind, signal.extra["object"]) for signal in signals_of(data)] == [("md5", "file"), ("url", "url")]
    assert problems_of(data) == ["other_kind"]
    (both,) = signals_of(bundle(observed, indicator(f"[file:hashes.MD5 = '{MD5}']")))
    assert "object" not in both.extra


def test_an_envelope_is_read_with_its_next_page() -> None:
    envelope = {"more": True, "next": "page-2", "objects": [indicator(f"[file:hashes.MD5 = '{MD5}']")]}
    (signal,) = signals_of(as_json(envelope))
    assert signal.checkpoint == "page-2"


def test_what_we_write_is_a_sound_bundle() -> None:
    given = Signal(
        "sha256",
        SHA256,
        ("x",),
        "crisis",
        "AMBER",
        "Example Agency",
        first_seen=datetime(2026, 1, 5, tzinfo=UTC),
        opinions=(Opinion("Example Platform", "disagree"),),
    )
    document = json.loads(stix.write([given, replace(given, kind="url", value="https://front.example/x", tlp="RED")]))
    objects = {each["id"]: each for each in document["objects"]}
    assert len(objects) == len(document["objects"])
    for each in objects.values():
        assert each["id"].startswith(each["type"] + "--")
        assert str(uuid.UUID(each["id"].split("--")[1])) == each["id"].split("--")[1]
        assert each["spec_version"] == "2.1"
        for name in ("created", "modified"):
            if name in each:
                assert len(each[name]) == len("2026-01-05T08:00:00.000Z")
        refs = [each[name] for name in ("created_by_ref", "source_ref", "target_ref") if name in each]
        refs += each.get("object_refs", []) + each.get("object_marking_refs", [])
        assert set(refs) <= objects.keys()
        assert set(each.get("extensions", ())) <= objects.keys() | {stix.TLP_2_EXTENSION}
    files = [each for each in objects.values() if each["type"] == "file"]
    assert [each["hashes"] for each in files] == [{"SHA-256": SHA256}]


def test_ids_of_observed_objects_are_those_of_the_standard() -> None:
    # STIX 2.1, section 2.9: the address of its example, and its identifier.
    assert str(stix._observed_id({"value": "198.51.100.3"})) == "28bb3599-77cd-5a82-a950-b5bc3caf07c4"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "cti-stix2-json-schemas__apt1.json",
            [
                ("md5", "001dd76872d80801692ff942308c64e6"),
                ("md5", "002325a0a67fded0381b5648d7fe9b8e"),
                ("md5", "00dbb9e1c09dbdafb360f3163ba5a3de"),
            ],
        ),
        (
            "cti-stix2-json-schemas__indicators-for-C2-with-COA.json",
            [("sha256", "ef537f25c895bfa782526529a9b63d97aa631564d5d789c2b765448c8635fb6c")],
        ),
        ("cti-stix2-json-schemas__indicator-for-c2-ip-address.json", []),
        ("cti-stix2-json-schemas__infrastructure.json", []),
        ("cti-stix2-json-schemas__malicious-email-indicator-with-attachment.json", []),
        ("DISARMframeworks__DISARM.json", []),
        ("PyMISP__stix2.json", []),
    ],
)
def test_published_bundles_are_read(shared: Path, name: str, found: list[tuple[str, str]]) -> None:
    data = (shared / FOLDER / name).read_bytes()
    form = sniff(data)
    assert form is FORMATS["stix"]
    items = list(read(data))
    assert [(item.kind, item.value) for item in items if isinstance(item, Signal)] == found
    assert all(item.passed_over for item in items if isinstance(item, Problem))


# -- MISP ---------------------------------------------------------------------------------------------------


def attribute(**fields: Any) -> dict[str, Any]:
    return {
        "type": "md5",
        "value": MD5,
        "category": "Payload delivery",
        "to_ids": True,
        "uuid": "57c4448b-454c-4d17-90d1-4d2f950d210f",
        "timestamp": "1472480395",
        **fields,
    }


EVENT = {
    "info": "Example event",
    "uuid": "57c4445b-c548-4654-af0b-4be3950d210f",
    "date": "2026-01-05",
    "Orgc": {"name": "Example Agency"},
    "Tag": [{"name": "tlp:green"}, {"name": "topic"}],
}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda event: {"Event": event},
        lambda event: event,
        lambda event: [{"Event": event}, {"Event": {"info": "x"}}],
        lambda event: {"response": [{"Event": event}]},
    ],
)
def test_events_are_read_in_every_wrapping(wrap: Any) -> None:
    (signal,) = signals_of(as_json(wrap({**EVENT, "Attribute": [attribute()]})))
    assert (signal.value, signal.owner, signal.source, signal.tlp, signal.labels) == (
        MD5,
        "Example Agency",
        "Example event",
        "GREEN",
        ("topic",),
    )
    assert signal.group == EVENT["uuid"]


def test_the_strictest_tag_counts() -> None:
    event = {
        **EVENT,
        "Attribute": [attribute(Tag=[{"name": "TLP:RED"}])],
        "Object": [
            {
                "name": "file",
                "Tag": [{"name": "tlp:amber+strict"}],
                "Attribute": [attribute(type="filename|sha256", value=f"x.exe|{SHA256}")],
            }
        ],
    }
    assert [(signal.kind, signal.tlp) for signal in signals_of(as_json(event))] == [
        ("md5", "RED"),
        ("sha256", "AMBER+STRICT"),
    ]


def test_sightings_deleted_and_context_attributes() -> None:
    sightings = [
        {"type": "1", "Organisation": {"name": "Example Platform"}, "date_sighting": "1767787200"},
        {"type": "0"},
        {"type": "2"},
    ]
    event = {**EVENT, "Attribute": [attribute(Sighting=sightings), attribute(deleted=True), attribute(to_ids=False)]}
    first, second, third = signals_of(as_json(event))
    assert [(each.owner, each.view) for each in first.opinions] == [("Example Platform", "disagree"), ("", "agree")]
    assert (second.deleted, third.extra["to_ids"]) == (True, "false")


def test_lists_of_attributes_are_read_and_fragments_are_refused() -> None:
    assert len(signals_of(as_json([attribute(), attribute()]))) == 2
    assert len(signals_of(as_json({"response": {"Attribute": [attribute(event_id="3")]}}))) == 1
    fragment = as_json({"Attribute": [attribute()], "Object": []})
    assert problems_of(fragment) == ["misp_fragment"]
    (problem,) = read(fragment)
    assert isinstance(problem, Problem)
    assert "info" in problem.remedy["ar"]
    assert "info" in problem.remedy["en"]


def test_a_manifest_names_the_files_to_get() -> None:
    manifest = {EVENT["uuid"]: {"info": "x", "Orgc": {"name": "Example Agency"}}}
    assert problems_of(as_json(manifest), "misp") == ["misp_manifest"]


@pytest.mark.parametrize(
    ("name", "kinds", "code"),
    [
        ("57c4445b-c548-4654-af0b-4be3950d210f", ["md5", "sha256"], "other_kind"),
        ("misp_event", ["url"], "other_kind"),
        ("event_obj_attr_tag", [], "misp_fragment"),
        ("event_obj_tag", [], "misp_fragment"),
        ("event", [], ""),
        ("search_index_result", [], "misp_manifest"),
        ("sharing_groups", [], "not_this_format"),
        ("shadow", [], "not_detection"),
    ],
)
def test_published_events_are_read(shared: Path, name: str, kinds: list[str], code: str) -> None:
    data = (shared / FOLDER / f"PyMISP__{name}.json").read_bytes()
    assert [signal.kind for signal in signals_of(data)] == kinds
    assert (code in problems_of(data)) if code else problems_of(data) == []


# -- Tech Against Terrorism, NCMEC --------------------------------------------------------------------------


def tat_page(*results: dict[str, Any]) -> bytes:
    row = {
        "algorithm": "MD5",
        "ideology": "islamist",
        "file_type": "mp4",
        "deleted": False,
        "updated_on": 1704901040.222779,
        "created_on": "2025-03-03T23:05:22.587000",
    }
    return as_json(
        {
            "count": 9,
            "next": "https://hash-list.example.org",
            "previous": None,
            "checkpoint": "1724856487.709035,10594",
            "results": [{**row, **each} for each in results],
        }
    )


def test_a_page_of_the_hash_list_is_read_with_tombstones_and_checkpoint() -> None:
    data = tat_page(
        {"hash_digest": MD5, "id": 1},
        {"hash_digest": PDQ, "algorithm": "PDQ", "id": 2, "deleted": True},
        {"hash_digest": "123abc", "id": 3},
        {"hash_digest": "123abc", "id": 4, "deleted": True},
        {"hash_digest": "x", "algorithm": "TMK", "id": 5},
    )
    found = signals_of(data)
    assert [(each.kind, each.id, each.deleted) for each in found] == [
        ("md5", "1", False),
        ("pdq", "2", True),
        ("", "4", True),
    ]
    assert {each.checkpoint for each in found} == {"1724856487.709035,10594"}
    assert problems_of(data) == ["bad_value", "bad_value", "other_kind"]
    assert found[0].labels == ("islamist",)
    again = signals_of(write(found, "tat"))
    assert again == found


def test_the_library_reads_our_page() -> None:
    api = pytest.importorskip("threatexchange.exchanges.clients.techagainstterrorism.api")
    tat = pytest.importorskip("threatexchange.exchanges.impl.techagainstterrorism_api")
    page = json.loads(write([Signal("pdq", PDQ, id="1"), Signal("pdq", "3" * 64, id="2", deleted=True)], "tat"))
    entries = [api.TATHashListEntry(**row) for row in page["results"]]
    assert [tat._get_delta_mapping(entry)[0] for entry in entries] == [("pdq", PDQ), ("pdq", "3" * 64)]
    assert tat._get_delta_mapping(entries[1])[1] is None


def test_the_published_page_has_no_sound_digest(shared: Path) -> None:
    data = (shared / FOLDER / "tech_against_terrorism__hash_list.json").read_bytes()
    assert (signals_of(data), problems_of(data)) == ([], ["bad_value"] * 3)
    reader = FORMATS["tat"].checkpoint
    assert reader is not None
    assert reader(data) == "1724856487.709035,10594"


def test_published_entries_are_read(shared: Path) -> None:
    data = (shared / FOLDER / "ncmec__entries_xml.xml").read_bytes()
    image, gone_image, video, gone_video = signals_of(data)
    assert (image.value, image.owner, image.labels, image.group) == ("a1" * 16, "Example Member", ("A1",), "image1")
    assert [(each.owner, each.view) for each in image.opinions] == [("Example Member", "agree")]
    assert [(each.deleted, each.id) for each in (gone_image, video, gone_video)] == [
        (True, "image4"),
        (False, "video1"),
        (True, "video4"),
    ]
    assert image.checkpoint.startswith("2017-10-24T15:20:00Z /v2/entries?from=2017-10-20")
    assert problems_of(data) == ["other_kind"] * 3  # SHA-1 twice, PhotoDNA
    assert signals_of(write(signals_of(data), "ncmec")) == signals_of(data)


@pytest.mark.parametrize(
    ("name", "values", "codes"),
    [
        ("entries_xml2", ["b1" + "a1" * 15], ["other_kind"] * 2),
        ("entries_xml3", ["face" * 8, "bace" * 8], []),
        ("entries_xml4", ["face" * 8, ""], []),
        ("entries_large_fingerprints", ["face" * 8], ["elsewhere"] * 2),
        ("entries_no_data_xml", [], []),
        ("status_xml", [], ["no_entries"]),
        ("feedback_reasons_xml", [], ["no_entries"]),
    ],
)
def test_other_published_answers(shared: Path, name: str, values: list[str], codes: list[str]) -> None:
    data = (shared / FOLDER / f"ncmec__{name}.xml").read_bytes()
    assert sniff(data) is FORMATS["ncmec"]
    assert ([signal.value for signal in signals_of(data)], problems_of(data)) == (values, codes)


def test_the_library_reads_our_entries() -> None:
    api = pytest.importorskip("threatexchange.exchanges.clients.ncmec.hash_api")
    opinions = (Opinion("Example Member", "agree"), Opinion("Another", "disagree", "Example Reason"))
    given = [
        Signal("pdq", PDQ, owner="Agency", id="e1", group="e1", extra={"media": "image"}, opinions=opinions),
        Signal("md5", MD5, owner="Agency", id="e1", group="e1", extra={"media": "image"}),
        Signal("md5", MD5, owner="Agency", id="e2", group="e2", extra={"media": "video"}, deleted=True),
    ]
    root = ElementTree.fromstring(write(given, "ncmec", checkpoint="2026-01-05T08:00:00Z /v2/entries?start=1"))
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
    answer = api.GetEntriesResponse.from_xml(api._XMLWrapper(root), 0)
    first, second = answer.updates
    assert first.fingerprints == {"md5": MD5, "pdq": PDQ}
    assert [(each.feedback_type.value, each.member.esp_name) for each in first.feedback["Pdq"]] == [
        ("upvote", "Example Member"),
        ("downvote", "Another"),
    ]
    assert (second.id, second.deleted, answer.next) == ("e2", True, "/v2/entries?start=1")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE q [<!ENTITY a "b">]><queryResult>&a;</queryResult>', "xml_entities"),
        (b'<?xml version="1.0"?><!DOCTYPE q SYSTEM "http://127.0.0.1/x.dtd"><queryResult/>', "xml_entities"),
        (b"<queryResult><images>", "bad_xml"),
        (b"<queryResult>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</queryResult>", "bad_xml"),
        (b"<other/>", "not_this_format"),
    ],
)
def test_hostile_xml_is_refused(data: bytes, code: str) -> None:
    assert problems_of(data, "ncmec") == [code]


def test_an_entity_hidden_by_the_encoding_is_not_resolved() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE q [<!ENTITY a "b">]><queryResult>&a;</queryResult>'
    assert problems_of(text.encode("utf-16"), "ncmec") == ["xml_entities"]


@pytest.mark.parametrize(
    "name",
    [
        "watchman__sdn.csv",
        "watchman__consolidated.csv",
        "yente__entities.delta.json",
        "cti-taxii-server__default_data.json",
    ],
)
def test_what_is_no_list_of_fingerprints_is_told(shared: Path, name: str) -> None:
    data = (shared / FOLDER / name).read_bytes()
    assert sniff(data) is None
    assert problems_of(data) == ["unknown_format"]
