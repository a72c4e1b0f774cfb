"""The documentation builds, asks nothing of anybody, exists in both languages, and leaves nothing out."""

from __future__ import annotations

import doctest
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from turs.collect import READERS, REASONS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LANGUAGES = ("ar", "en")
NEVER_TRANSLATED = {"coalition.TLP", "coalition.Level"}

sys.path.insert(0, str(DOCS))
from generate import commands, desk, glossary, settings  # noqa: E402


class Page(HTMLParser):
    """Text of a built page, and everything that a browser would load for it."""

    LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
             "embed": "src", "object": "data", "use": "href", "image": "href", "form": "action"}  # fmt: skip
    FETCHED = {"stylesheet", "preconnect", "dns-prefetch", "icon", "preload", "modulepreload", "manifest"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.policies: list[str] = []
        self.attributes: dict[str, dict[str, str]] = {}
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes.setdefault(tag, given)
        if tag in self.LOADS and self.LOADS[tag] in given:
            self.loads.append(given[self.LOADS[tag]])
        if tag == "link" and given.get("rel") in self.FETCHED:
            self.loads.append(given.get("href", ""))
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(given["content"])
        if tag == "a":
            self.links.append(given.get("href", ""))
        self.loads += re.findall(r"url\(([^)]*)\)", given.get("style", ""))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation; building it strictly is the first test."""
    target = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [Path(sys.executable).with_name("mkdocs"), "build", "--strict", "--quiet", "--site-dir", target],
        cwd=ROOT, capture_output=True, text=True, timeout=300, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr
    return target


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def sources(language: str) -> set[str]:
    return {path.relative_to(DOCS / language).as_posix() for path in (DOCS / language).rglob("*.md")}


def _named(patterns: list[URLPattern | URLResolver], place: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = place + str(pattern.pattern)
        if here.startswith("api/"):
            continue
        if isinstance(pattern, URLResolver):
            yield from _named(pattern.url_patterns, here)
        elif pattern.name:
            yield pattern.name


def test_the_documentation_builds_strictly(site: Path) -> None:
    assert (site / "index.html").is_file()
    assert (site / "search" / "search_index.json").is_file()


def test_no_page_loads_anything_from_elsewhere(pages: dict[str, Page]) -> None:
    outside = {name: [url for url in page.loads if re.match(r"(?:[a-z]+:)?//", url)] for name, page in pages.items()}
    assert not {name: urls for name, urls in outside.items() if urls}


def test_no_style_loads_anything_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)", path.read_text(encoding="utf-8"))
        assert not found, path


def test_every_page_forbids_requests_to_elsewhere(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert any(policy.startswith("default-src 'none'") for policy in page.policies), name
        assert not any("http:" in policy or "https:" in policy or "*" in policy for policy in page.policies), name


def test_every_link_inside_leads_somewhere(site: Path, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:|#|$", link) or name == "404.html":
                continue
            assert ((site / name).parent / link.partition("#")[0]).resolve().exists(), f"{name}: {link}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_sibling(language: str) -> None:
    other = "en" if language == "ar" else "ar"
    assert sources(language) - sources(other) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_their_language_in_its_direction(language: str, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        if name.startswith(f"{language}/"):
            assert page.attributes["html"]["lang"] == language
            assert page.attributes["body"]["dir"] == ("rtl" if language == "ar" else "ltr")
            sibling = name.replace(f"{language}/", "ar/" if language == "en" else "en/", 1)
            assert any(((Path(name).parent / link).as_posix(), link) and link.endswith(Path(sibling).name) and
                       f"{'ar' if language == 'en' else 'en'}/" in link for link in page.links), name  # fmt: skip


def test_arabic_pages_are_written_in_arabic() -> None:
    for name in sources("ar"):
        text = (DOCS / "ar" / name).read_text(encoding="utf-8")
        text = re.sub(r"```.*?```|`[^`]*`|<[^>]*>|\]\([^)]*\)|\{[^}]*\}", "", text, flags=re.DOTALL)
        arabic, latin = len(re.findall(r"[\u0621-\u064a]", text)), len(re.findall(r"[A-Za-z]", text))
        assert arabic > 4 * latin, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_described(language: str, pages: dict[str, Page]) -> None:
    page = pages[f"{language}/reference/command-line.html"].text
    for name, command in commands.all_commands():
        assert name in page
        for item in command.params:
            for option in item.opts if item.param_type_name == "option" else ():
                assert option in page, f"{name} {option}"


def test_every_sentence_of_the_command_line_has_its_arabic() -> None:
    said = {text for _, command in commands.all_commands() for text in commands.sentences(command)}
    assert said - desk.words("commands").keys() == set()
    assert desk.words("commands").keys() - said == set(), "no longer said by any command"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variable_is_described(language: str, pages: dict[str, Page]) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "turs").rglob("*.py"))
    read = set(re.findall(r"[\"'](TURS_[A-Z_]+)[\"']", code)) | {"DATABASE_URL"}
    assert read == settings.variables().keys() == desk.words("settings").keys()
    for name in read:
        assert name in pages[f"{language}/reference/settings.html"].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reader_option_and_reason_is_described(language: str, pages: dict[str, Page]) -> None:
    page = pages[f"{language}/reference/readers.html"].text
    for reader in READERS.values():
        assert reader.title[language] in page
        for suffix in reader.suffixes:
            assert suffix in page
        for option in reader.options:
            assert " ".join(option.help[language].split()) in page, option.name
        for example in reader.examples:
            assert example.title[language] in page
    for code, words in REASONS.items():
        assert code in page
        assert words[language]["remedy"] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_described(language: str, pages: dict[str, Page]) -> None:
    names = set(_named(get_resolver().url_patterns))
    described = desk.words("screens")
    assert names, "the desk has no addresses"
    assert names - described.keys() == set()
    page = pages[f"{language}/reference/screens.html"].text
    for name in names:
        assert described[name][language].replace("`", "") in page, name


def _operations() -> dict[str, str]:
    """Every operation of the API with the source of its function."""
    from turs.desk.api import api

    return {
        f"{method} /api/v1{prefix}{re.sub(r'{[a-z]+:', '{', address)}": inspect.getsource(operation.view_func)
        for prefix, router in api._routers
        for address, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_is_described(language: str, pages: dict[str, Page]) -> None:
    page = pages[f"{language}/reference/api.html"].text
    for name in _operations():
        assert name in page


def test_who_may_call_an_operation_is_told_truly() -> None:
    told = desk.words("api")
    operations = _operations()
    assert told.keys() == operations.keys()
    for name, source in operations.items():
        asked = re.search(r"\b(?:rules|roles)\.([A-Z]+)\b", source)
        if asked:
            assert told[name] == asked[1].lower(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_has_every_value_in_both_languages(language: str, pages: dict[str, Page]) -> None:
    source = (DOCS / language / "glossary.md").read_text(encoding="utf-8")
    lists = re.findall(r"<!-- turs: vocabulary (\S+) -->", source)
    closed = {f"{room}.{name}" for room in ("coalition", "content", "review") for name in _lists(room)}
    assert closed - set(lists) == {"coalition.Digits", "coalition.Theme"}, "how screens look is no word of the field"
    page = pages[f"{language}/glossary.html"].text
    for path in lists:
        for choice in glossary.choices(path):
            words = {tongue: " ".join(desk.said(choice._label_, tongue).split()) for tongue in LANGUAGES}
            assert words["en"] in page
            assert words["ar"] in page
            assert re.search(r"[\u0621-\u064a]", words["ar"]) or path in NEVER_TRANSLATED, f"{path}.{choice}"
            assert choice.value in page


def _lists(room: str) -> list[str]:
    from importlib import import_module

    from django.db.models import TextChoices

    module = import_module(f"turs.desk.{room}.vocabulary")
    own = {name: thing for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__}
    return [name for name, thing in own.items() if inspect.isclass(thing) and issubclass(thing, TextChoices)]


def test_meanings_belong_to_values_that_exist() -> None:
    for path, meanings in desk.words("glossary").items():
        if "." in path:
            assert meanings.keys() <= set(glossary.choices(path).values), path
    from turs.desk.coalition import rules

    assert desk.words("glossary")["verbs"].keys() == set().union(*rules.GRANTS.values())


@pytest.mark.parametrize("word", [
    "Source", "Posting", "Media item", "Capture", "Examination", "Finding", "Bank", "Case", "Assessment", "Decision",
    "Referral", "Narrative", "Event", "Warning", "Claim", "Message", "Campaign", "Asset", "Member", "Agency", "Partner",
    "Signal", "Peer", "Retraction", "Ledger",
])  # fmt: skip
def test_the_glossary_has_the_words_of_the_design(word: str) -> None:
    entries = {name: entry for group in ("chain", "decide", "people", "planned")
               for name, entry in glossary.words_of(group).items()}  # fmt: skip
    arabic, english_meaning, arabic_meaning = entries[word]
    assert re.search(r"[\u0621-\u064a]", arabic)
    assert english_meaning
    assert arabic_meaning


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "examples"), [("library", 20), ("matching", 10)])
def test_the_examples_for_engineers_work(language: str, page: str, examples: int) -> None:
    outcome = doctest.testfile(str(DOCS / language / "engineers" / f"{page}.md"), module_relative=False)
    assert outcome.attempted > examples
    assert outcome.failed == 0


def test_every_decision_has_its_headings_and_arabic_summary() -> None:
    records = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Reason", "Consequences"]
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}", text, re.MULTILINE)
        assert re.search(r'<div lang="ar" dir="rtl" markdown>\n.*[\u0621-\u064a]', text)


def test_the_readme_tells_where_every_capability_stands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| SC-(\d+) \|.*\| (\*\*works\*\*|\*\*in part\*\*|\*not yet\*)", readme, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 33))


def test_links_of_the_readme_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        path = ROOT / link.partition("#")[0]
        assert path.exists() or path.suffix == ".png", link  # pictures are made by scripts/screenshots.py


def test_nothing_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(r"(?<![\w.])/work/|/root/|/home/\w|/tmp/|\.\./shared|"
                           r"files\.pythonhosted|pypi\.org|registry\.npmjs|"
                           r"https?://\d+\.\d+\.\d+\.\d+")  # fmt: skip
    files = [ROOT / "README.md", ROOT / "mkdocs.yml", *(path for path in DOCS.rglob("*")
             if path.suffix in {".md", ".py", ".toml", ".css", ".html", ".svg"})]  # fmt: skip
    for path in files:
        assert not (found := forbidden.search(path.read_text(encoding="utf-8"))), f"{path.name}: {found and found[0]}"
