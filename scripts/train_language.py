"""Train the language model: ``python scripts/train_language.py FOLDER``; writes ``src/turs/text/data/language.npz``.

FOLDER holds these packages as their registries give them (``pip download --no-deps``, ``npm pack``); the
interpreter needs ``msgpack`` beside the project's own requirements. What each is, its licence and what the
model owes it stands in ``src/turs/text/data/language.md``.

    wordfreq, klpt, kolibri, lplangid, Django          from PyPI
    blockly, cldr-annotations-full, @openstreetmap/id-tagging-schema          from npm

The model learns from made-up texts: words drawn by their frequency, and windows of real text where there is
some. They are altered as people write them: without accents, with the ya and kaf of another keyboard.
"""

from __future__ import annotations

import argparse
import gettext
import gzip
import io
import json
import random
import re
import tarfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgpack
import numpy as np

from turs.text import language_kernels as kernels
from turs.text import letters
from turs.text.folding import code_points
from turs.text.language import CLASSES, MODEL, SCALE, symbol_table

SEED = 7
TEXTS = 60_000
"""Made-up texts of each language."""
PASSES = 5
LEFT_OUT = 0.4
"""Share of whole words and longest runs that a text goes without, each time it is learned from."""
BITS = {letters.ARABIC: 15, letters.LATIN: 17, letters.CYRILLIC: 15}
"""Binary logarithm of the rows of each script."""


OTHERS: Mapping[int, tuple[str, ...]] = {
    letters.ARABIC: ("ug", "sd", "pa-Arab", "kk-Arab"),
    letters.LATIN: ("az", "ca", "cs", "da", "fi", "fil", "hu", "ig", "lt", "nb", "pl", "ro", "sh", "sl", "sq", "sv",
                    "sw", "uz", "yo"),
    letters.CYRILLIC: ("be", "bg", "kk", "ky", "mk", "tg"),
}
"""Languages that are only told from the others; the model calls them ``und``."""


@dataclass(slots=True)
class Source:
    """What is known of a language: words with how often they are used, and texts."""

    words: dict[str, float] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


# -- reading -------------------------------------------------------------------------------------------------


def package(folder: Path, name: str) -> Mapping[str, Callable[[], bytes]]:
    """Files of a package by path, read when called."""
    found = sorted(p for p in folder.rglob(f"{name}-[0-9]*") if p.suffix in (".whl", ".tgz", ".gz"))
    if not found:
        raise SystemExit(f"{folder}: no package {name!r}. Fetch it: see the head of this script")
    if found[-1].suffix == ".whl":
        wheel = zipfile.ZipFile(found[-1])
        return {n: (lambda n=n: wheel.read(n)) for n in wheel.namelist()}  # type: ignore[misc]
    with tarfile.open(found[-1]) as tar:
        held = {m.name: f.read() for m in tar if m.isfile() and (f := tar.extractfile(m))
                if m.name.endswith((".json", ".js", "_term_rank.csv"))}
    return {n: (lambda data=data: data) for n, data in held.items()}  # type: ignore[misc]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


DIGIT = re.compile(r"\d")
MESSAGE = re.compile(r'= "((?:[^"\\]|\\.)*)";(?!.*untranslated)')
"""A translated message of blockly."""
_HELD = re.compile(r"\{[^{}]*\}|%\(\w+\)\w|%\w|<[^<>]*>|&\w+;|https?://\S+|[A-Z_]{4,}")


def cleaned(texts: Iterable[str]) -> list[str]:
    """Texts without placeholders and markup, each once."""
    return list(dict.fromkeys(t for text in texts if len(t := " ".join(_HELD.sub(" ", text).split())) > 2))


def gather(folder: Path) -> dict[str, Source]:
    """Everything there is to learn from, by language."""
    out = {tag: Source() for tags in CLASSES.values() for tag in tags if tag != "und"}
    out |= {tag: Source() for tags in OTHERS.values() for tag in tags}
    wordfreq = package(folder, "wordfreq")
    for tag, source in out.items():
        for size in ("large", "small"):
            if read := wordfreq.get(f"wordfreq/data/{size}_{tag}.msgpack.gz"):
                buckets = msgpack.unpackb(gzip.decompress(read()), raw=False)[1:]
                pairs = ((word, 10 ** (-place / 100)) for place, bucket in enumerate(buckets) for word in bucket)
                source.words = {word: share for word, share in pairs if share > 1e-7 and not DIGIT.search(word)}
                break
    kolibri = package(folder, "kolibri")
    for tag, name in {"ar": "ar", "fa": "fa", "ur": "ur_PK", "fr": "fr_FR", "id": "id", "en": "en", "ha": "ha"}.items():
        start = f"kolibri/locale/{name}/LC_MESSAGES/"
        texts = [t for path, read in kolibri.items() if path.startswith(start) and path.endswith(".json")
                 for t in strings(json.loads(read()))]
        out[tag].texts += cleaned(texts)
    annotations = package(folder, "cldr-annotations-full")
    for tag in [tag for tag, source in out.items() if not source.words and tag != "ckb"]:
        held = json.loads(annotations[f"package/annotations/{tag}/annotations.json"]())
        out[tag].texts += cleaned(strings(held["annotations"]["annotations"]))
    blockly = package(folder, "blockly")
    for tag, name in {"ha": "ha", "ku": "ku-latn"}.items():
        out[tag].texts += cleaned(MESSAGE.findall(blockly[f"package/msg/{name}.js"]().decode()))
    schema = package(folder, "openstreetmap-id-tagging-schema")
    for tag in ("ckb", "so"):
        out[tag].texts += cleaned(strings(json.loads(schema[f"package/dist/translations/{tag}.json"]())))
    django = package(folder, "django")
    for path, read in django.items():
        if re.search(r"/locale/ckb/LC_MESSAGES/\w+\.mo$", path):
            catalog = gettext.GNUTranslations(io.BytesIO(read()))
            out["ckb"].texts += cleaned(t for key, t in catalog._catalog.items() if key and isinstance(t, str))  # type: ignore[attr-defined]
    ranks = package(folder, "lplangid")
    for path, read in ranks.items():
        if path.endswith("freq_data_bible/so_term_rank.csv"):
            words = read().decode().split()
            out["so"].words = {word: 0.1 / (rank + 3) for rank, word in enumerate(words)}
    klpt = package(folder, "klpt")
    for tag, name in {"ckb": "ckb-Arab", "ku": "kmr-Latn"}.items():
        entries = klpt[f"klpt/data/{name}.dic"]().decode().split("\n")[1:]
        out[tag].words = {entry.split("/")[0].split()[0]: 1e-5 for entry in entries if entry.strip()}
    for source in out.values():
        add_words(source)
    return out


def add_words(source: Source) -> None:
    """Words of the texts, as often as they stand there; half of all use, where a list of words is there too."""
    counts: dict[str, int] = {}
    for text in source.texts:
        for word in re.findall(r"[^\W\d_]+(?:[\u0640\u064b-\u0652]+[^\W\d_]+)*", text.lower()):
            counts[word] = counts.get(word, 0) + 1
    if source.words and max(source.words.values()) > 1e-3:
        weight = 0.05 / max(1, sum(counts.values()))
    else:
        weight = 1 / max(1, sum(counts.values()))
    for word, count in counts.items():
        source.words[word] = source.words.get(word, 0.0) + count * weight


# -- made-up texts -------------------------------------------------------------------------------------------

KEYBOARD = str.maketrans("یک", "يك")
PLAIN_ARABIC = str.maketrans("أإآىة", "ااايه")
OLD_KURDISH = str.maketrans({"ە": "ه\u200c", "ک": "ك"})
ASCII_TURKISH = str.maketrans("şŞçÇğĞıİöÖüÜ", "sScCgGiIoOuU")
NO_HOOKS = str.maketrans("ɓɗƙƴƁƊƘƳʼ’", "bdkyBDKY''")


def no_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


HABITS: Mapping[str, tuple[tuple[float, Callable[[str], str]], ...]] = {
    "fa": ((0.06, lambda t: t.translate(KEYBOARD)),),
    "ur": ((0.05, lambda t: t.translate(KEYBOARD)),),
    "ckb": ((0.2, lambda t: t.translate(OLD_KURDISH)), (0.2, lambda t: t.translate(KEYBOARD))),
    "ar": ((0.3, lambda t: t.translate(PLAIN_ARABIC)),),
    "tr": ((0.15, lambda t: t.translate(ASCII_TURKISH)),),
    "fr": ((0.15, no_accents),),
    "ha": ((0.6, lambda t: t.translate(NO_HOOKS)),),
}
"""How a language is also written: share of texts, and the change."""


def made_up(tag: str, source: Source, count: int, chance: random.Random) -> Iterator[str]:
    """Texts of 6 to 100 characters."""
    words = list(source.words)
    shares = np.array([source.words[word] for word in words])
    frequent = np.cumsum(shares).tolist()
    flat = np.cumsum(shares**0.6).tolist()
    running = source.texts if sum(map(len, source.texts)) > 20_000 else []
    lengths = np.cumsum([len(t) for t in running]).tolist()
    for _ in range(count):
        wanted = 6 * (100 / 6) ** chance.random()
        if running and chance.random() < (0.5 if tag in ("ha", "so", "ckb", "ku") else 0.15):
            parts = chance.choices(running, cum_weights=lengths)[0].split()
            parts = parts[chance.randrange(len(parts)) :]
        else:
            weights = frequent if chance.random() < 0.6 else flat
            parts = chance.choices(words, cum_weights=weights, k=max(2, int(wanted / 2)))
        length = size = 0
        while size < len(parts) and length < wanted:
            length += len(parts[size]) + 1
            size += 1
        text = " ".join(parts[:size])
        for share, change in HABITS.get(tag, ()):
            if chance.random() < share:
                text = change(text)
        yield text


# -- training ------------------------------------------------------------------------------------------------


def features(texts: list[str], script: int, bits: int) -> tuple[np.ndarray, np.ndarray]:
    symbols, scripts = symbol_table(), letters.script_numbers()
    held, bounds = [], np.zeros(len(texts) + 1, dtype=np.int64)
    counts, room = np.zeros(11, dtype=np.int64), np.zeros(20_000, dtype=np.int64)
    for k, text in enumerate(texts):
        codes = code_points(text)
        out, kinds = np.empty(codes.size + 1, np.int32), np.empty(codes.size + 1, np.uint8)
        size = kernels.scan(codes, 0, codes.size, symbols, scripts, False, out, kinds, counts)
        number, _ = kernels.rows(out, kinds, size, script, bits, room)
        held.append(room[:number].astype(np.int32))
        bounds[k + 1] = bounds[k] + number
    return np.concatenate(held), bounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--texts", type=int, default=TEXTS)
    options = parser.parse_args()
    chance = random.Random(SEED)
    sources = gather(options.folder)
    for tag, source in sources.items():
        print(f"{tag:4} {len(source.words):8,} words {sum(map(len, source.texts)):9,} characters of text")
    blocks = []
    for script, tags in CLASSES.items():
        begun = time.perf_counter()
        texts = []
        for label, tag in enumerate(tags):
            parts = OTHERS[script] if tag == "und" else (tag,)
            for one in parts:
                texts += [(text, label) for text in made_up(one, sources[one], options.texts // len(parts), chance)]
        found, bounds = features([text for text, _ in texts], script, BITS[script])
        labels = np.array([label for _, label in texts], dtype=np.int8)
        weights = np.zeros((1 << BITS[script], len(tags)), dtype=np.float32)
        squares = np.zeros_like(weights)
        order = np.arange(len(texts))
        for turn in range(PASSES):
            np.random.default_rng(SEED + turn).shuffle(order)
            loss = kernels.learn(found, bounds, labels, order, len(tags), 0.15 / (1 + turn), 1e-4, LEFT_OUT, turn + 1,
                                 weights, squares)
            seconds = time.perf_counter() - begun
            print(f"{letters.SCRIPT_NAMES[script]} pass {turn + 1}: loss {loss:.4f}, {seconds:.0f} s", flush=True)
        weights -= weights.mean(axis=1, keepdims=True)
        print("largest weight", np.abs(weights).max(), "clipped", (np.abs(weights) > 127 / SCALE).mean())
        block = np.zeros((1 << BITS[script], kernels.COLUMNS), dtype=np.int8)
        block[:, : len(tags)] = np.clip(np.rint(weights * SCALE), -127, 127)
        blocks.append(block)
    tags = np.array([" ".join([letters.SCRIPT_NAMES[s], *tags]) for s, tags in CLASSES.items()])
    bits = np.array([BITS[script] for script in CLASSES])
    np.savez_compressed(options.out, tags=tags, bits=bits, weights=np.concatenate(blocks))
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
