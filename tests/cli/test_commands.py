"""The command line, run as a user runs it: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TEXT_AR = "قالت وزارة الشباب في بيان إن برنامجا جديدا للتسامح سيبدأ الشهر المقبل، وأوضح متحدث باسمها أن التسجيل مفتوح."


def turs(*args: str, home: Path, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TURS_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "turs.cli", *args],
        env={**clean, "TURS_HOME": str(home), "COLUMNS": "200", **env},
        input=stdin, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one agency, a collector, two analysts and their API tokens in ``tokens.json``."""
    home = tmp_path_factory.mktemp("home")
    assert turs("upgrade", home=home).returncode == 0
    script = """
import json, os, django
django.setup()
from turs.desk.coalition import services
from turs.desk.coalition.models import Agency, Member
member = services.put(None, Member, "wahat", name_ar="الواحة", name_en="Wahat", kind="STATE")
agency = services.put(None, Agency, "cell", name_ar="الخلية", name_en="Cell", member=member, type="CELL")
tokens = {}
for name, roles in {"collector": ["collector"], "one": ["analyst"], "two": ["analyst"]}.items():
    user = services.add_user(None, name, password=None, roles=roles, languages={"ar": "C2"}, agency=agency)
    tokens[name] = services.issue_token(user, "test")[1]
print(json.dumps(tokens))
"""
    env = {**os.environ, "TURS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "turs.desk.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    (home / "tokens.json").write_text(done.stdout)
    return home


def test_help_reads_like_a_table_of_contents(tmp_path: Path) -> None:
    text = turs("--help", home=tmp_path).stdout
    order = [text.index(word) for word in ("Collect", "Examine", "Decide", "Trust", "Run")]
    assert order == sorted(order)


def test_a_command_without_an_installation_says_how_to_make_one(tmp_path: Path) -> None:
    done = turs("import", __file__, home=tmp_path / "empty")
    assert done.returncode == 3
    assert "turs upgrade" in done.stderr
    assert "Traceback" not in done.stderr


class TestExamine:
    def test_it_needs_no_database_and_prints_one_json_line_a_posting(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(TEXT_AR, encoding="utf-8")
        done = turs("examine", "--json", str(tmp_path / "a.txt"), home=tmp_path / "home")
        assert done.returncode == 0
        (found,) = lines(done.stdout)
        assert found["posting"].keys() == {"id", "source", "url", "published_at", "title", "text", "language"}
        wanted = {"version", "genre", "findings", "matches", "priority", "referable", "reasons"}
        assert wanted <= found["examination"].keys()
        assert found["posting"]["language"] == "ar"
        assert not (tmp_path / "home").exists()

    def test_both_field_reports_are_reporting_with_the_critics_visible_and_nothing_referable(
        self, shared: Path, tmp_path: Path
    ) -> None:
        reports = sorted((shared / "field").glob("*.txt"))
        done = turs("examine", "--json", *map(str, reports), home=tmp_path)
        seen = lines(done.stdout)
        assert [line["examination"]["genre"] for line in seen] == ["reporting", "reporting"]
        assert not any(line["examination"]["referable"] or line["examination"]["priority"] for line in seen)
        critics = [f for f in seen[0]["examination"]["findings"] if f["label"] == "criticism"]
        assert "يرى مراقبون" in critics[0]["spans"][0]["quote"]

    def test_the_same_input_gives_the_same_output(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(TEXT_AR, encoding="utf-8")
        once, again = (
            turs("examine", "--json", str(tmp_path / "a.txt"), home=tmp_path, PYTHONHASHSEED=seed).stdout
            for seed in ("1", "2")
        )
        assert once == again

    def test_an_unreadable_file_is_named_with_its_remedy(self, tmp_path: Path) -> None:
        (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
        done = turs("examine", str(tmp_path / "a.svg"), home=tmp_path)
        assert done.returncode == 1
        assert "a.svg" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_missing_file_is_misuse(self, tmp_path: Path) -> None:
        done = turs("examine", str(tmp_path / "nothing"), home=tmp_path)
        assert done.returncode == 2
        assert "no such file" in done.stderr


class TestImport:
    def test_importing_twice_adds_nothing(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(TEXT_AR, encoding="utf-8")
        first, second = (lines(turs("import", "--json", str(tmp_path), home=home).stdout)[0] for _ in range(2))
        assert (first["added"], first["known"]) == (1, 0)
        assert (second["added"], second["known"]) == (0, 1)

    def test_rejects_name_file_line_reason_and_remedy(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "t.jsonl").write_text('{"text": "نص سليم للقراءة", "source": "قناة"}\n{broken\n', encoding="utf-8")
        done = turs("import", "--json", "--strict", str(tmp_path / "t.jsonl"), home=home)
        assert done.returncode == 1
        (reject,) = lines(done.stdout)[0]["rejects"]
        assert reject["file"] == "t.jsonl"
        assert reject["line"] == 2
        assert reject["reason"]
        assert reject["remedy"]

    @pytest.mark.parametrize(
        ("args", "word"),
        [(["--tlp", "PINK"], "PINK"), (["--reader", "tea-leaves"], "reader"), (["--option", "x"], "name=value"),
         (["--as", "nobody"], "nobody")],
    )  # fmt: skip
    def test_misuse_teaches(self, home: Path, tmp_path: Path, args: list[str], word: str) -> None:
        (tmp_path / "a.txt").write_text(TEXT_AR, encoding="utf-8")
        done = turs("import", str(tmp_path / "a.txt"), *args, home=home)
        assert done.returncode == 2
        assert word in done.stderr
        assert "Traceback" not in done.stderr


class TestCase:
    @pytest.fixture(scope="class")
    def tokens(self, home: Path) -> dict[str, str]:
        return json.loads((home / "tokens.json").read_text())

    @pytest.fixture(scope="class")
    def case(self, home: Path, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
        folder = tmp_path_factory.mktemp("call")
        text = "يا شباب الأمة، انضموا إلى صفوف جبهة المثال اليوم، راسلوا قناتنا example_front_1 لتلتحقوا بنا في القتال."
        (folder / "call.txt").write_text(text, encoding="utf-8")
        assert turs("bank", "add", "معروف", home=home).returncode == 0
        reason = ["--reason", "نص معروف من الجبهة المخترعة"]
        assert turs("bank", "entry", "معروف", "text", text, *reason, home=home).returncode == 0
        turs("import", str(folder), home=home)
        found = lines(turs("case", "list", "--json", home=home, TURS_TOKEN=tokens["one"]).stdout)
        return found[0]["id"]

    ASSESSMENT = {
        "exclusions": dict.fromkeys(
            ["educational", "journalistic", "artistic", "research", "counter_terrorism", "polemic_public_debate",
             "religious_ordinary", "human_rights_documentation", "satire"], "NO"),
        "reliability": "B", "credibility": "2", "probability": "very-likely", "confidence": "moderate",
        "producer": "CENTRAL_OUTLET", "functions": ["recruit"],
    }  # fmt: skip

    def test_two_people_decide_a_case(self, home: Path, tokens: dict[str, str], case: str) -> None:
        one, two = {"TURS_TOKEN": tokens["one"]}, {"TURS_TOKEN": tokens["two"]}
        assert turs("case", "claim", case, home=home, **one).returncode == 0
        unlikely, form = ({**self.ASSESSMENT, "probability": value} for value in ("very-unlikely", "very-likely"))
        assert turs("case", "assess", case, "-", home=home, stdin=json.dumps(unlikely), **one).returncode == 0
        against = ("case", "propose", case, "emergency", "تهديد لمكان وساعة معلومين")
        refused = turs(*against, home=home, **one)
        assert refused.returncode == 2
        assert "say in the remark" in refused.stderr
        assert turs(*against, "--remark", "لا جماعة فيه لكنه يسمي مكانا وساعة", home=home, **one).returncode == 0
        assert turs("case", "undo", case, home=home, **one).returncode == 0
        done = turs("case", "assess", case, "-", home=home, stdin=json.dumps(form), **one)
        assert done.returncode == 0, done.stderr
        reason = "دعوة صريحة إلى الالتحاق بالجماعة المخترعة"
        assert turs("case", "propose", case, "refer", reason, home=home, **one).returncode == 0
        alone = turs("case", "confirm", case, home=home, **one)
        assert alone.returncode == 2
        assert "another person" in alone.stderr
        done = turs("case", "confirm", case, home=home, **two)
        assert lines(done.stdout)[0]["state"] == "closed"
        shown = lines(turs("case", "show", case, "--json", home=home, **two).stdout)[0]
        assert shown["decisions"][-1]["proposed_by"] == "one"
        assert shown["decisions"][-1]["confirmed_by"] == "two"

    def test_nobody_acts_without_a_token(self, home: Path, case: str) -> None:
        for token in ({}, {"TURS_TOKEN": "turs_forged"}):
            done = turs("case", "claim", case, home=home, **token)
            assert done.returncode == 2
            assert "token" in done.stderr


class TestLedger:
    def test_it_is_sound_and_its_head_is_found_again(self, home: Path) -> None:
        first = lines(turs("ledger", "verify", "--json", home=home).stdout)[0]
        assert first["sound"]
        again = turs("ledger", "verify", "--head", first["head"], home=home)
        assert again.returncode == 0
        assert turs("ledger", "verify", "--head", "1:" + "0" * 64, home=home).returncode == 1

    def test_it_shows_who_did_what(self, home: Path) -> None:
        shown = lines(turs("ledger", "show", "--verb", "import.opened", "--json", home=home).stdout)
        assert {entry["actor"] for entry in shown} == {"collector"}

    def test_stored_evidence_is_what_was_collected_until_a_byte_changes(self, home: Path) -> None:
        assert turs("evidence", home=home).returncode == 0
        blob = next(path for path in (home / "blobs").rglob("*") if path.is_file())
        data = blob.read_bytes()
        blob.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        done = turs("evidence", "--json", home=home)
        blob.write_bytes(data)
        assert done.returncode == 1
        assert lines(done.stdout)[0]["faults"] == [{"digest": blob.name, "fault": "altered"}]


def test_users_are_added_with_a_password_printed_once(home: Path) -> None:
    done = turs("user", "add", "new-reader", "--agency", "cell", "--role", "linguist", "--language", "fr:B2", home=home)
    assert done.returncode == 0, done.stderr
    name, password = done.stdout.split()
    assert name == "new-reader"
    assert len(password) >= 12
    listed = {row["username"]: row for row in lines(turs("user", "list", "--json", home=home).stdout)}
    assert listed["new-reader"]["languages"] == {"fr": "B2"}
    assert turs("user", "close", "new-reader", home=home).returncode == 0


def test_readers_are_listed_with_their_options(tmp_path: Path) -> None:
    listed = {row["name"]: row for row in lines(turs("readers", "--json", home=tmp_path).stdout)}
    assert {"text", "html", "feed", "table", "telegram", "image"} <= listed.keys()
    assert any(option["name"] == "authority" for option in listed["telegram"]["options"])


def test_a_coalition_is_recorded_from_the_machine(home: Path) -> None:
    added = turs("coalition", "member", "marsa", "--ar", "المرسى", "--en", "Marsa", home=home)
    assert added.returncode == 0, added.stderr
    assert turs("coalition", "agency", "marsa-moi", "--member", "marsa", "--type", "MOI", "--ar", "الداخلية", "--en",
                "Interior", home=home).returncode == 0  # fmt: skip
    keys = {row["key"] for row in lines(turs("coalition", "list", "--json", home=home).stdout)}
    assert {"marsa", "marsa-moi"} <= keys
    wrong = turs("coalition", "agency", "x", "--member", "atlantis", "--ar", "س", "--en", "X", home=home)
    assert wrong.returncode == 2
    assert "turs coalition member" in wrong.stderr
