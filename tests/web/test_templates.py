"""Templates keep the rules of the house: nothing inline, nothing external, one base, icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import turs.desk.web
from turs.desk.web import icons

WEB = Path(turs.desk.web.__file__).parent
TEMPLATES = sorted(path for path in (WEB / "templates").rglob("*.html"))
STYLES = sorted((WEB / "static").glob("*.css"))
SCRIPTS = sorted((WEB / "static").glob("*.js"))


def ids(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_nothing_is_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style\b", text), "styles live in static/turs.css: the CSP refuses inline ones"
    assert not re.search(r"\sstyle\s*=", text), "no style attribute: the CSP refuses it"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), "scripts live in static/: the CSP refuses inline ones"
    assert not re.search(r"""\son[a-z]+\s*=\s*["']""", text), "no on… attribute: the CSP refuses it"
    assert not re.search(r"""\b(?:hx-on|x-html)\b""", text), "needs eval, or trusts markup"


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_every_page_stands_on_the_base(path: Path) -> None:
    text = path.read_text()
    if "<!doctype" in text.lower():
        assert path.name in {"base.html", "500.html"}, "only the base and the page of last resort are whole documents"
    elif re.search(r"{% block (?:content|title) %}", text):
        assert text.startswith("{% extends "), "a page begins with {% extends … %}"


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_icons_exist(path: Path) -> None:
    if not icons.FILE.is_file():
        pytest.skip("icons are not here yet: run scripts/vendor.py")
    for name in re.findall(r"""{% icon ["']([^"']+)["']""", path.read_text()):
        icons.svg(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_safe_is_never_said_in_a_template(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape off", path.read_text())


@pytest.mark.parametrize("path", STYLES, ids=ids)
def test_styles_load_only_our_own_files(path: Path) -> None:
    for address in re.findall(r"""url\(["']?([^)"']+)""", path.read_text()):
        assert address.startswith("vendor/fonts/")
    assert "@import" not in path.read_text()


@pytest.mark.parametrize("path", STYLES, ids=ids)
def test_styles_use_logical_properties(path: Path) -> None:
    sides = "left|right|top|bottom"
    begin = r"(?m)(?:^|[;{])\s*"
    physical = (
        rf"{begin}((?:margin|padding|border)-(?:{sides})\b[^;]*|(?:{sides}|float):[^;]*|text-align: (?:left|right))"
    )
    assert re.findall(physical, path.read_text()) == []


def test_arabic_is_never_letter_spaced() -> None:
    assert all("letter-spacing" not in path.read_text() and "text-transform" not in path.read_text() for path in STYLES)


@pytest.mark.parametrize("path", SCRIPTS, ids=ids)
def test_scripts_do_not_write_markup(path: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text()
    )


def test_fonts_named_in_the_styles_are_brought_in() -> None:
    if not icons.FILE.is_file():
        pytest.skip("fonts are not here yet: run scripts/vendor.py")
    for address in re.findall(r'url\("([^"]+)"\)', (WEB / "static" / "fonts.css").read_text()):
        assert (WEB / address).is_file()


def test_the_lock_file_names_no_registry() -> None:
    root = WEB.parents[3]
    if not (root / "package-lock.json").is_file():
        pytest.skip("not a checkout")
    assert '"resolved"' not in (root / "package-lock.json").read_text()
