"""``turs fingerprint`` and ``turs match``: what files are known by, what knows them, and what is said in between."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from samples import TEXT, blank, film, page, picture
from typer.testing import CliRunner

from turs.cli import app
from turs.match import md5, pdq, sha256, text_digest
from turs.match.perceptual import DIHEDRAL
from turs.match.vpdq import frames_from_text

ENGLISH = "The forum held its first session yesterday in the capital before many journalists."
OTHER = "وصلت القافلة إلى القرية بعد يومين من السير في طريق جبلي وعر لا ماء فيه ولا ظل لأحد من الناس."
ESCAPES = "\x1b[2J\x1b]0;owned\x07\u202e\nturs: all is well"


def turs(*args: Any) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def lines(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def file(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def csv(folder: Path, *rows: str, head: str = "kind,value,labels", name: str = "list.csv") -> Path:
    return file(folder, name, "\n".join([head, *rows]) + "\n")


# -- fingerprint -----------------------------------------------------------------------------------
class TestFingerprint:
    def test_any_file_has_its_digests(self, tmp_path: Path) -> None:
        done = turs("fingerprint", "--json", file(tmp_path, "a.bin", b"\0\1"))
        assert done.exit_code == 0
        path, data = str(tmp_path / "a.bin"), b"\0\1"
        assert lines(done) == [{"file": path, "kind": "file", "sha256": sha256(data), "md5": md5(data)}]

    def test_a_picture_has_its_pdq_with_quality_and_its_turned_forms_where_asked(self, tmp_path: Path) -> None:
        path, seen = file(tmp_path, "a.png", picture()), pdq(picture())
        (plain,) = lines(turs("fingerprint", "--json", path))
        assert (plain["kind"], plain["pdq"], plain["quality"]) == ("image", seen.value, seen.quality)
        assert "dihedral" not in plain
        (turned,) = lines(turs("fingerprint", "--json", "--dihedral", path))
        assert tuple(turned["dihedral"]) == DIHEDRAL
        assert turned["dihedral"]["original"] == seen.value

    def test_a_video_has_its_frames_in_the_form_that_is_exchanged(self, tmp_path: Path) -> None:
        pytest.importorskip("av", reason="needs turs[video]")
        path = file(tmp_path, "a.mkv", film([1, 2, 3]))
        (all_,) = lines(turs("fingerprint", "--json", path))
        (some,) = lines(turs("fingerprint", "--json", "--every", "2", path))
        assert [frame.seconds for frame in frames_from_text(all_["vpdq"])] == [0, 1, 2]
        assert [frame.seconds for frame in frames_from_text(some["vpdq"])] == [0, 2]
        assert "3 frames" in turs("fingerprint", path).stdout

    def test_a_document_has_its_pages(self, tmp_path: Path) -> None:
        pytest.importorskip("pypdfium2", reason="needs turs[pdf]")
        (seen,) = lines(turs("fingerprint", "--json", file(tmp_path, "a.pdf", page(ENGLISH, shapes=60))))
        assert (seen["kind"], len(seen["pages"])) == ("document", 1)

    def test_a_folder_is_walked_in_order_and_links_are_not_followed(self, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        for name in ("b.bin", "a/z.bin", "a/.hidden"):
            file(folder, name, name.encode())
        (folder / "link.bin").symlink_to(file(tmp_path, "secret", b"secret"))
        (folder / "round").symlink_to(folder)
        seen = lines(turs("fingerprint", "--json", folder))
        names = [Path(one["file"]).relative_to(folder).as_posix() for one in seen]
        assert names == ["a/.hidden", "a/z.bin", "b.bin"]

    def test_a_broken_picture_is_told_with_its_remedy_and_keeps_its_digests(self, tmp_path: Path) -> None:
        broken, whole = file(tmp_path, "a.png", picture()[:300]), file(tmp_path, "b.png", picture())
        done = turs("fingerprint", "--json", broken, whole)
        assert done.exit_code == 1
        first, second = lines(done)
        assert first["sha256"] == sha256(picture()[:300])
        assert first["note"]
        assert first["problem"]
        assert "pdq" in second, "one broken file does not keep the others back"

    def test_a_picture_that_shows_nothing_is_sound(self, tmp_path: Path) -> None:
        done = turs("fingerprint", "--json", file(tmp_path, "a.png", blank()))
        assert (done.exit_code, lines(done)[0]["note"]) == (0, "low_quality")

    def test_a_missing_part_of_the_installation_is_its_own_exit_code(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "av", None)
        broken, video = file(tmp_path, "a.png", picture()[:300]), file(tmp_path, "b.mkv", b"\x1aE\xdf\xa3" + bytes(99))
        done = turs("fingerprint", "--json", broken, video)
        assert done.exit_code == 3
        assert "pip install 'turs[video]'" in lines(done)[1]["problem"]

    @pytest.mark.parametrize("every", ["-1", "nan", "inf", "often"])
    def test_how_often_must_make_sense(self, tmp_path: Path, every: str) -> None:
        done = turs("fingerprint", "--every", every, file(tmp_path, "a.bin", b"x"))
        assert done.exit_code == 2
        assert "--every" in done.stderr

    def test_a_path_that_does_not_exist_is_misuse(self, tmp_path: Path) -> None:
        done = turs("fingerprint", tmp_path / "nothing")
        assert done.exit_code == 2
        assert "no such file" in done.stderr

    def test_a_file_too_large_is_told_and_the_others_are_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("turs.cli.match.LARGEST_FILE", 100)
        file(tmp_path, "a.bin", bytes(101))
        file(tmp_path, "b.bin", bytes(100))
        done = turs("fingerprint", "--json", tmp_path)
        assert done.exit_code == 1
        assert "a.bin" in done.stderr
        assert [Path(seen["file"]).name for seen in lines(done)] == ["b.bin"]

    def test_what_never_ends_is_not_read_to_its_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("turs.cli.match.LARGEST_FILE", 2**20)
        assert turs("fingerprint", "/dev/zero").exit_code == 1


# -- the terminal ----------------------------------------------------------------------------------
def harmless(text: str) -> bool:
    """No control character of a terminal, no turned writing, and every line is one of ours."""
    forged = any(line.startswith("turs: all") for line in text.splitlines())
    return not forged and not set(text) & set("\x1b\x07\r\u202e")


@pytest.mark.parametrize("command", ["fingerprint", "match"])
def test_names_of_files_do_not_command_the_terminal(tmp_path: Path, command: str) -> None:
    known = csv(tmp_path / "lists", f"md5,{md5(b'x')},")
    folder = tmp_path / "in"
    file(folder, f"a{ESCAPES}.bin", b"x")
    (folder / os.fsdecode(b"\xff\xfe.bin")).write_bytes(b"x")
    options = ["--against", known] if command == "match" else []
    done = turs(command, folder, *options)
    assert done.exit_code == 0, done.output
    assert harmless(done.stdout)
    assert "owned" in done.stdout
    done = turs(command, "--json", folder, *options)
    names = [seen["file"] for seen in lines(done)]
    assert any(name.endswith(f"a{ESCAPES}.bin") for name in names), "a program gets the name as it is"
    assert len(names) == 2


@pytest.mark.parametrize("command", ["fingerprint", "match"])
def test_a_hostile_path_that_does_not_exist_is_named_harmlessly(tmp_path: Path, command: str) -> None:
    known = csv(tmp_path, f"md5,{md5(b'x')},")
    for name in (f"no{ESCAPES}", os.fsdecode(b"\xff")):
        done = turs(command, tmp_path / name, *(["--against", known] if command == "match" else []))
        assert done.exit_code == 2
        assert harmless(done.stderr)


def test_labels_of_a_list_do_not_command_the_terminal(tmp_path: Path) -> None:
    record = {"kind": "md5", "value": md5(b"x"), "labels": [f"x{ESCAPES}"]}
    known = file(tmp_path, f"l{ESCAPES}.jsonl", json.dumps(record) + '\n{"kind": "md5", "value": "\\u001b[2J"}\n')
    done = turs("match", file(tmp_path, "a.bin", b"x"), "--against", known)
    assert done.exit_code == 0
    assert "md5 in" in done.stdout
    assert harmless(done.stdout)
    assert harmless(done.stderr)


# -- match against lists ---------------------------------------------------------------------------
class TestMatchAgainstLists:
    def test_a_file_is_known_by_its_digest(self, tmp_path: Path) -> None:
        known = csv(tmp_path, f"sha256,{sha256(b'x')},a known file", f"md5,{md5(b'x')},")
        done = turs("match", "--json", file(tmp_path, "a.bin", b"x"), "--against", known)
        assert done.exit_code == 0
        (seen,) = lines(done)
        assert seen["note"] == ""
        first, second = seen["matches"]
        assert first == {
            "bank": "list.csv", "polarity": "match", "kind": "sha256", "subject": "file", "label": "a known file",
            "tier": "none", "entry": None, "digest": first["digest"], "distance": 0, "score": 1.0, "whole": True,
            "disputed": False, "spans": [], "entry_spans": [],
        }  # fmt: skip
        assert (second["kind"], second["subject"]) == ("md5", "file")

    def test_a_text_is_found_inside_another_and_the_places_are_aligned(self, tmp_path: Path) -> None:
        known = file(tmp_path, "l.jsonl", json.dumps({"kind": "near_text", "value": TEXT}))
        longer = file(tmp_path, "a.txt", f"{OTHER}\n\n{TEXT}\n")
        (seen,) = lines(turs("match", "--json", longer, "--against", known))
        (match,) = seen["matches"]
        assert (match["kind"], match["subject"]) == ("near_text", "text")
        assert match["score"] > 0.9
        text = longer.read_text()
        for (start, end), (known_start, known_end) in zip(match["spans"], match["entry_spans"], strict=True):
            assert text[start:end] == TEXT[known_start:known_end]
        assert sum(end - start for start, end in match["spans"]) > 0.8 * len(TEXT)
        assert "of the shorter text" in turs("match", longer, "--against", known).stdout

    def test_a_disguised_text_is_known_by_its_digest(self, tmp_path: Path) -> None:
        known = csv(tmp_path, f"text,{text_digest(TEXT)},")
        disguised = file(tmp_path, "a.txt", "ـ".join(TEXT.replace("المنتدى", "المُنتدى").split("ل")).replace("ـ", "لـ"))
        (seen,) = lines(turs("match", "--json", disguised, "--against", known))
        assert [match["kind"] for match in seen["matches"]] == ["text"]

    def test_a_picture_is_near_as_many_bits_as_allowed(self, tmp_path: Path) -> None:
        value = int(pdq(picture()).value, 16) ^ (2**10 - 1)
        known, path = csv(tmp_path, f"pdq,{value:064x},"), file(tmp_path, "a.png", picture())
        (seen,) = lines(turs("match", "--json", path, "--against", known))
        assert [match["distance"] for match in seen["matches"]] == [10]
        assert "10 of 256 bits differ" in turs("match", path, "--against", known).stdout
        for distance, count in ((10, 1), (9, 0), (256, 1)):
            (seen,) = lines(turs("match", "--json", path, "--against", known, "--distance", distance))
            assert len(seen["matches"]) == count

    @pytest.mark.parametrize("turns", [1, 2, 3])
    def test_a_turned_picture_is_found_where_asked(self, tmp_path: Path, turns: int) -> None:
        known, path = csv(tmp_path, f"pdq,{pdq(picture()).value},"), file(tmp_path, "a.png", picture(turns=turns))
        assert lines(turs("match", "--json", path, "--against", known))[0]["matches"] == []
        (match,) = lines(turs("match", "--json", "--turned", path, "--against", known))[0]["matches"]
        assert match["subject"] == "turned"
        assert "turned or mirrored" in turs("match", "--turned", path, "--against", known).stdout

    def test_a_hash_of_too_little_quality_matches_nothing(self, tmp_path: Path) -> None:
        known = csv(tmp_path, f"pdq,{pdq(picture()).value},10", head="kind,value,quality")
        done = turs("match", "--json", file(tmp_path, "a.png", picture()), "--against", known)
        assert lines(done)[0]["matches"] == []

    def test_a_video_is_known_by_its_frames(self, tmp_path: Path) -> None:
        pytest.importorskip("av", reason="needs turs[video]")
        (seen,) = lines(turs("fingerprint", "--json", file(tmp_path, "known.mkv", film([1, 2, 3, 4]))))
        known = file(tmp_path, "l.jsonl", json.dumps({"kind": "vpdq", "value": seen["vpdq"]}))
        part = file(tmp_path, "part.mkv", film([3, 4]))
        (seen,) = lines(turs("match", "--json", part, "--against", known))
        assert [(match["kind"], match["score"]) for match in seen["matches"]] == [("vpdq", 1.0)]
        assert "of its frames" in turs("match", part, "--against", known).stdout

    def test_a_document_is_known_by_its_pages_and_by_its_text(self, tmp_path: Path) -> None:
        pytest.importorskip("pypdfium2", reason="needs turs[pdf]")
        path = file(tmp_path, "a.pdf", page(ENGLISH, shapes=60))
        value = lines(turs("fingerprint", "--json", path))[0]["pages"][0]
        known = csv(tmp_path, f"pdq,{value},", f"near_text,{ENGLISH},", f"text,{text_digest(ENGLISH)},")
        (seen,) = lines(turs("match", "--json", path, "--against", known))
        assert sorted(match["kind"] for match in seen["matches"]) == ["near_text", "pdq", "text"]

    def test_nothing_found_is_said_and_is_no_failure(self, tmp_path: Path) -> None:
        done = turs("match", "--json", file(tmp_path, "a.bin", b"y"), "--against", csv(tmp_path, f"md5,{md5(b'x')},"))
        assert done.exit_code == 0
        assert lines(done)[0]["matches"] == []
        assert "nothing matches" in done.stderr

    def test_a_broken_picture_is_told_and_its_digest_is_looked_up(self, tmp_path: Path) -> None:
        broken = picture()[:300]
        known = csv(tmp_path, f"md5,{md5(broken)},")
        done = turs("match", "--json", file(tmp_path, "a.png", broken), "--against", known)
        assert done.exit_code == 1
        assert "a.png" in done.stderr
        assert len(lines(done)[0]["matches"]) == 1

    def test_a_video_that_cannot_be_looked_at_is_not_passed_off_as_unknown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "av", None)
        known = csv(tmp_path, f"md5,{md5(b'x')},")
        done = turs("match", "--json", file(tmp_path, "a.mkv", b"\x1aE\xdf\xa3" + bytes(99)), "--against", known)
        assert done.exit_code == 3
        assert "pip install 'turs[video]'" in done.stderr
        assert lines(done)[0]["note"] == "extra_missing"

    @pytest.mark.parametrize("format", ["csv", "jsonl", "stix", "misp", "threatexchange", "threatexchange-list", "tat"])
    def test_every_format_of_lists_will_do(self, tmp_path: Path, format: str) -> None:
        from turs.formats import FORMATS, Signal, write

        data = write([Signal("md5", md5(b"x"))], format, problems=[])
        known = file(tmp_path, f"l{FORMATS[format].suffixes[0]}", data)
        (seen,) = lines(turs("match", "--json", file(tmp_path, "a.bin", b"x"), "--against", known))
        assert [match["kind"] for match in seen["matches"]] == ["md5"]

    def test_several_lists_each_answer_for_themselves_and_one_given_twice_counts_once(self, tmp_path: Path) -> None:
        one = csv(tmp_path, f"md5,{md5(b'x')},", f"md5,{md5(b'x')},again", name="one.csv")
        two = csv(tmp_path, f"md5,{md5(b'x')},", name="two.csv")
        path = file(tmp_path, "a.bin", b"x")
        (seen,) = lines(turs("match", "--json", path, "--against", one, "--against", two, "--against", one))
        assert [match["bank"] for match in seen["matches"]] == ["one.csv", "two.csv"]

    def test_a_withdrawal_in_a_list_takes_out_what_it_names(self, tmp_path: Path) -> None:
        record = {"kind": "md5", "value": md5(b"x")}
        text = "\n".join(map(json.dumps, [record, {**record, "deleted": True}, {"kind": "md5", "value": md5(b"y")}]))
        known = file(tmp_path, "l.jsonl", text)
        seen = lines(turs("match", "--json", file(tmp_path, "x", b"x"), file(tmp_path, "y", b"y"), "--against", known))
        assert [len(one["matches"]) for one in seen] == [0, 1]

    def test_what_a_member_disputes_is_marked(self, tmp_path: Path) -> None:
        opinions = [{"owner": "Example Platform", "view": "disagree", "reason": "news"}]
        known = file(tmp_path, "l.jsonl", json.dumps({"kind": "md5", "value": md5(b"x"), "opinions": opinions}))
        (seen,) = lines(turs("match", "--json", file(tmp_path, "a", b"x"), "--against", known))
        assert seen["matches"][0]["disputed"] is True

    def test_records_that_are_no_fingerprints_are_told_with_their_line(self, tmp_path: Path) -> None:
        known = csv(tmp_path, "md5,nonsense,", f"md5,{md5(b'x')},")
        done = turs("match", "--json", file(tmp_path, "a", b"x"), "--against", known)
        assert done.exit_code == 0
        assert f"{known}:2:" in done.stderr
        assert len(lines(done)[0]["matches"]) == 1

    @pytest.mark.parametrize(
        "data",
        [b"", b"\0\1\2\3", b"hello there", b"{" * 5000, TEXT.encode("utf-16"), b"kind,value\nmd5,nonsense\n", b"[]",
         b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///">]><queryResult/>'],
    )  # fmt: skip
    def test_a_list_that_holds_nothing_is_refused(self, tmp_path: Path, data: bytes) -> None:
        done = turs("match", file(tmp_path, "a", b"x"), "--against", file(tmp_path, "list", data))
        assert done.exit_code == 2
        assert "no fingerprint in this list" in done.stderr
        assert isinstance(done.exception, SystemExit)

    def test_a_list_is_limited_in_size(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("turs.formats.limits.FILE_BYTES", 2**20)
        done = turs("match", file(tmp_path, "a", b"x"), "--against", "/dev/zero")
        assert done.exit_code == 2
        assert "larger than 1 MiB" in done.stderr

    @pytest.mark.parametrize("options", [["--distance", "257"], ["--distance", "-1"], ["--distance", "x"]])
    def test_an_impossible_distance_is_misuse(self, tmp_path: Path, options: list[str]) -> None:
        known = csv(tmp_path, f"md5,{md5(b'x')},")
        assert turs("match", file(tmp_path, "a", b"x"), "--against", known, *options).exit_code == 2

    def test_a_list_or_a_file_that_does_not_exist_is_misuse(self, tmp_path: Path) -> None:
        known, path = csv(tmp_path, f"md5,{md5(b'x')},"), file(tmp_path, "a", b"x")
        for args in ([tmp_path / "no", "--against", known], [path, "--against", tmp_path / "no"],
                     [path, "--against", tmp_path]):  # fmt: skip
            done = turs("match", *args)
            assert done.exit_code == 2
            assert str(tmp_path) in done.stderr
