"""Derive ``src/turs/text/data/unicode.json`` from Unicode data: ``python scripts/unicode_tables.py FOLDER``.

FOLDER holds ``ArabicShaping.txt`` (Unicode Character Database) and ``confusables.json`` (Unicode Technical
Standard 39, as the package *confusable_homoglyphs* ships it); a file may carry a prefix before its name.
Everything else (decompositions, categories, names) is the database of the running interpreter. The tables are
written down so that one text folds the same on every machine, whatever its Python. Unicode licence:
https://www.unicode.org/license.txt
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata as ud
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/turs/text/data/unicode.json"
SIZE = 0x30000
"""Planes 0 to 2; what lies beyond folds to itself, tags and variation selectors to nothing."""

Text = Callable[[str], str]

# -- canonical: compatibility forms become letters, what is not seen goes ------------------------------------

INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10)))
"""Default ignorable, yet of no category that says so: joiners, fillers, variation selectors."""


def compatible(char: str) -> str:
    """NFKC; of an isolated Arabic vowel sign ("space + sign" or "tatweel + sign") only the sign."""
    new = ud.normalize("NFKC", char)
    return new.lstrip(" \u0640") if new[:1] in (" ", "\u0640") and "ARABIC" in ud.name(new[-1], "") else new


def canonical(char: str) -> str:
    category = ud.category(char)
    if char in INVISIBLE or char == "\u0640" or category == "Cf":
        return ""
    if category == "Cs":
        return "\ufffd"
    if char in "\n\u2028\u2029\x0b\x0c\x85":
        return "\n"
    return " " if category in ("Cc", "Zs") else char


# -- search: no marks, no case, ASCII digits, one form of each Arabic letter ----------------------------------

PUNCTUATION = {
    **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′ʼʻ`ʿʾ", "'"), **dict.fromkeys("‐‑‒–—―−", "-"),
    "ı": "i", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d",
}
SAME_LETTER: tuple[tuple[str, str], ...] = (
    ("ALEF.*|LOW ALEF", "ا"),
    ("(FARSI YEH|YEH|DOTLESS YEH|YEH WITH TAIL|YEH BARREE|DOTLESS YEH WITH VERTICAL 2 DOTS BELOW|THIN YEH)", "ي"),
    ("YEH BARREE WITH HAMZA ABOVE", "ي"),
    ("(HEH GOAL|KNOTTED HEH|(DOTLESS )?TEH MARBUTA( GOAL)?)( WITH .*)?", "ه"),
    ("(WAW|DOTLESS YEH) WITH HAMZA ABOVE|HIGH HAMZA (WAW|DOTLESS YEH)", "ء"),
    ("KEHEH|SWASH KAF|KEHEH WITH ATTACHED RING BELOW", "ك"),
    ("HIGH HAMZA|TATWEEL .*", ""),
)
"""Schematic names of letters that writers of different countries use for the same letter."""


def keeps_marks(char: str) -> bool:
    """True for signs that are vowels of the script itself (Indic, South-East Asian), not ornaments."""
    return 0x0900 <= ord(char) <= 0x1CFF


def searchable(names: Mapping[str, str]) -> Text:
    """The search form of one code point at canonical level. names: schematic name by letter."""
    same = [(re.compile(pattern), letter) for pattern, letter in SAME_LETTER]

    def letter(char: str) -> str | None:
        name = names.get(char, "")
        return next((to for pattern, to in same if pattern.fullmatch(name)), None)

    def part(char: str) -> str:
        known = letter(char)
        if known is not None:
            return known
        category = ud.category(char)
        if category in ("Mn", "Me") and not keeps_marks(char):
            return ""
        if char.isspace() or category == "Pc":
            return " "
        if (digit := ud.digit(char, None)) is not None:
            return str(digit)
        return PUNCTUATION.get(char, char).casefold()

    def whole(char: str) -> str:
        known = letter(char)
        if known is not None:
            return known
        if styled := re.fullmatch(r"(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])",
                                  ud.name(char, "")):
            return styled[1].lower()
        folded = char.casefold() if char not in PUNCTUATION else PUNCTUATION[char]
        return "".join(part(c) for c in ud.normalize("NFKD", folded))

    return whole


# -- skeleton: look-alikes become the letter they stand for ----------------------------------------------------

ARABIC_CORE = "ابتثجحخدذرزسشصضطظعغفقكلمنهويء"
SHAPES: Mapping[str, tuple[str, str, str]] = {
    # joining group: without dots above or below, with dots above, with dots below
    "BEH": ("ب", "ت", "ب"), "HAH": ("ح", "خ", "ج"), "DAL": ("د", "ذ", "د"), "REH": ("ر", "ز", "ر"),
    "SEEN": ("س", "ش", "س"), "SAD": ("ص", "ض", "ص"), "TAH": ("ط", "ظ", "ط"), "AIN": ("ع", "غ", "ع"),
    "FEH": ("ف", "ف", "ف"), "AFRICAN FEH": ("ف", "ف", "ف"), "QAF": ("ق", "ق", "ق"), "AFRICAN QAF": ("ق", "ق", "ق"),
    "KAF": ("ك", "ك", "ك"), "GAF": ("ك", "ك", "ك"), "SWASH KAF": ("ك", "ك", "ك"), "LAM": ("ل", "ل", "ل"),
    "MEEM": ("م", "م", "م"), "NOON": ("ن", "ن", "ن"), "AFRICAN NOON": ("ن", "ن", "ن"), "NYA": ("ن", "ن", "ن"),
    "HEH": ("ه", "ه", "ه"), "WAW": ("و", "و", "و"), "STRAIGHT WAW": ("و", "و", "و"), "YEH": ("ي", "ي", "ي"),
    "FARSI YEH": ("ي", "ي", "ي"), "YEH BARREE": ("ي", "ي", "ي"), "BURUSHASKI YEH BARREE": ("ي", "ي", "ي"),
    "ROHINGYA YEH": ("ي", "ي", "ي"), "ALEF": ("ا", "ا", "ا"),
}
NOT_ALIKE = frozenset("σѡ")
"""Pairs of UTS 39 that would merge two letters of one living alphabet (Greek ο and σ)."""


def skeletal(names: Mapping[str, str], groups: Mapping[str, str], alike: Mapping[str, list[str]]) -> dict[str, str]:
    """What the letters of search level stand for in a skeleton."""
    out = {"ء": "ا"}  # every hamza: the Arabizi 2 stands for all of its seats
    for char, group in groups.items():
        if group not in SHAPES or char in ARABIC_CORE:
            continue
        bare, above, below = SHAPES[group]
        name = names[char]
        dotted = "DOT" in name.replace("DOTLESS", "")
        if dotted and "3 DOTS ABOVE" in name and group == "BEH":
            out[char] = "ث"
        elif group == "HAH" and ("BELOW" in name or "ABOVE" in name):
            out[char] = below if "BELOW" in name else above
        elif group == "BEH" and "ABOVE" in name:
            out[char] = above
        else:
            out[char] = above if dotted and "ABOVE" in name else below if dotted else bare
    for latin in "abcdefghijklmnopqrstuvwxyz":
        for source in (latin, latin.upper()):
            for char in alike.get(source, ()):
                folded = char.casefold()
                if (len(char) == len(folded) == 1 and not folded.isascii() and folded not in NOT_ALIKE
                        and ud.category(char)[0] == "L" and ud.bidirectional(char) == "L"):
                    if source == latin and char == folded:
                        out[folded] = latin
                    else:
                        out.setdefault(folded, latin)
    for code in range(SIZE):
        char = chr(code)
        name = ud.name(char, "")
        found = (re.fullmatch(r"LATIN LETTER SMALL CAPITAL ([A-Z])", name)
                 or re.fullmatch(r"LATIN SMALL LETTER ([A-Z])(?: WITH .*)", name)
                 or re.fullmatch(r"REGIONAL INDICATOR SYMBOL LETTER ([A-Z])", name))
        if found:
            out[char] = found[1].lower()
    return {char: to for char, to in out.items() if char != to}


def rasm(names: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, str]:
    """Letters without their dots: the bare letter of each joining group, for the letters of a skeleton."""
    bare = {}
    for char, group in groups.items():
        if names[char] in (group, f"DOTLESS {group}") and (group not in bare or names[char] != group):
            bare[group] = char
    out = {char: bare[groups[char]] for char in ARABIC_CORE if char in groups}
    out["ك"], out["ه"] = "ك", "ه"
    return {char: to for char, to in out.items() if char != to}


# -- reading and writing ---------------------------------------------------------------------------------------


def shaping(path: Path) -> tuple[dict[str, str], dict[str, str], str]:
    """Schematic name and joining group of each letter of the Arabic script, and the version of the file."""
    names, groups = {}, {}
    text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) != 4:
            continue
        char = chr(int(fields[0], 16))
        if not ud.name(char, "ARABIC").startswith("ARABIC"):
            continue
        names[char] = fields[1]
        if fields[3] != "No_Joining_Group":
            groups[char] = fields[3]
    return names, groups, re.search(r"ArabicShaping-([\d.]+)\.txt", text)[1]  # type: ignore[index]


def folder_file(folder: Path, name: str) -> Path:
    found = sorted(folder.glob(f"*{name}"))
    if not found:
        sys.exit(f"{folder} holds no {name}: fetch it from https://www.unicode.org/Public/ and try again")
    return found[0]


def chars() -> Iterator[str]:
    """Code points that a map may change: all but unified ideographs and Hangul syllables."""
    for first, last in ((0, 0x3400), (0xA000, 0xAC00), (0xD800, 0x20000), (0x2F800, 0x2FA20)):
        yield from map(chr, range(first, last))


def written(mapping: Mapping[str, str]) -> dict[str, str]:
    return {f"{ord(a):X}": " ".join(f"{ord(c):X}" for c in b) for a, b in sorted(mapping.items())}


def ranges(rule: Callable[[str], bool]) -> list[list[int]]:
    out: list[list[int]] = []
    for code in range(SIZE):
        if rule(chr(code)):
            if out and out[-1][1] == code - 1:
                out[-1][1] = code
            else:
                out.append([code, code])
    return out


def changed(rule: Text, domain: Iterator[str]) -> dict[str, str]:
    return {char: new for char in domain if (new := rule(char)) != char}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    names, groups, shaping_version = shaping(folder_file(folder, "ArabicShaping.txt"))
    raw = json.loads(folder_file(folder, "confusables.json").read_text(encoding="utf-8"))
    alike = {source: [each["c"] for each in targets] for source, targets in raw.items()}

    def tailored(char: str) -> str:
        new = compatible(char)
        return ud.normalize("NFKD", new if new != ud.normalize("NFKC", char) else char)

    decompositions = {char: new for char in chars() if (new := tailored(char)) != char}
    compositions = {}
    for char in chars():
        parts = ud.normalize("NFD", char)
        both = ud.decomposition(char)
        if both and not both.startswith("<") and ud.normalize("NFC", parts) == char and len(both.split()) == 2:
            compositions[char] = "".join(chr(int(code, 16)) for code in both.split())
    stable = [c for c in chars() if tailored(c) == c or ud.normalize("NFC", tailored(c)) == c]
    kept = {c for c in stable if canonical(c) == c}
    search = changed(searchable(names), iter(kept))

    seconds = {pair[1] for pair in compositions.values()} | set(map(chr, range(0x1161, 0x1176))) | set(
        map(chr, range(0x11A8, 0x11C3)))

    def marks_matter(char: str) -> bool:
        """Whether the neighbours of `char` may change its search form: kept marks, hamza, Hangul letters."""
        return any(
            c == "\u0654" or (c in seconds if ud.combining(c) == 0 else c not in search) for c in compatible(char)
        )

    arabic_names = re.compile("ARABIC (SMALL )?(LETTER|LIGATURE|PRESENTATION)|ARABIC MATHEMATICAL")
    data = {
        "about": "Written by scripts/unicode_tables.py; do not edit. Code points in hexadecimal.",
        "sources": [
            f"ArabicShaping.txt {shaping_version}: joining groups and schematic names",
            "UTS 39 confusables, as shipped by confusable_homoglyphs 3.3.1",
            f"Unicode Character Database {ud.unidata_version}: decompositions, categories, names",
        ],
        "licence": "Unicode License v3, https://www.unicode.org/license.txt; © Unicode, Inc.",
        "size": SIZE,
        "decompositions": written(decompositions),
        "compositions": written(compositions),
        "canonical": written(changed(canonical, iter(stable))),
        "search": written(search),
        "skeleton": written({a: b for a, b in skeletal(names, groups, alike).items() if a not in search and a in kept}),
        "rasm": written(rasm(names, groups)),
        "combining": sorted([*span, ud.combining(chr(span[0]))] for number in
                            sorted({ud.combining(chr(c)) for c in range(SIZE)} - {0})
                            for span in ranges(lambda c, n=number: ud.combining(c) == n)),  # type: ignore[misc]
        "normalise": ranges(lambda c: ud.combining(c) != 0 or c in seconds or ud.normalize("NFKC", c) != c
                            or 0x1100 <= ord(c) < 0x1200),
        "normalise_search": ranges(marks_matter),
        "letters": ranges(str.isalpha),
        "arabic": ranges(lambda c: c.isalpha() and bool(arabic_names.match(ud.name(c, "")))),
        "digits": ranges(str.isdecimal),
        "words": ranges(lambda c: c.isalnum() or (ud.category(c)[0] == "M" and keeps_marks(c))),
        "gaps": ranges(lambda c: c == " " or (c not in "&@#%؛؟!?" and ud.category(c) in
                       ("Pc", "Pd", "Po", "Ps", "Pe", "Pi", "Pf", "Sm", "Sk", "So"))),
        "marks": ranges(lambda c: ud.category(c) in ("Pd", "Po", "Sm", "Sk", "So") and c not in "&@#%،؛:;,!?؟\"§¶"),
        "signs": ranges(lambda c: c in "*•·‧" or (ud.category(c) in ("Sm", "Sk", "So") and c not in "+=<>^`´~")),
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
             for key, value in data.items()]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
