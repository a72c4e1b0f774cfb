"""What fields and kinds are called in the files of others: English and Arabic headers, and each system's own names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_MARKS: Final = re.compile("[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_FOLD: Final = str.maketrans("أإآىة", "اااي\u0647")


@lru_cache(maxsize=4096)
def tidy(name: str) -> str:
    """A name for comparison: case, spacing, hamza, vowel marks, tatweel and the article ال do not count."""
    name = unicodedata.normalize("NFKC", _MARKS.sub("", name))
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold().translate(_FOLD)
    words = re.split(r"[\s_\-.:/()\[\]*'\"]+", name)
    return " ".join(word[2:] if word.startswith("ال") and len(word) > 4 else word for word in words if word)


_KINDS: Final = {
    "sha256": ("sha256", "sha-256", "sha 256", "hash sha256", "video sha256", "hash video sha256", "file sha256",
               "turs sha256"),
    "md5": ("md5", "md5sum", "hash md5", "video md5", "hash video md5", "file md5", "turs md5"),
    "text": ("text", "text digest", "turs text digest", "بصمة النص"),
    "near_text": ("near text", "raw text", "text string", "turs text", "نص", "النص"),
    "url": ("url", "uri", "raw uri", "unclickable url", "link", "web address", "turs url", "الرابط", "العنوان",
            "رابط"),
    "pdq": ("pdq", "hash pdq", "pdq hash", "pdqhash", "turs pdq"),
    "vpdq": ("vpdq", "vPDQ", "hash vpdq", "video vpdq", "turs vpdq"),
}  # fmt: skip
KIND_NAMES: Final = {tidy(name): kind for kind, names in _KINDS.items() for name in names}
"""Tidy name -> kind of `turs.formats.signal.KINDS`."""

OTHER_KINDS: Final = frozenset(
    tidy(name)
    for name in (
        "sha1", "sha-1", "sha224", "sha384", "sha512", "sha-512", "sha3-256", "sha3-512", "ssdeep", "tlsh", "text tlsh",
        "hash text tlsh", "photodna", "pdna", "hash photodna", "url md5", "hash url md5", "trend query", "pdq ocr",
        "tmk", "tmk pdqf", "tmk-pdqf", "hash tmk", "netclean", "videntifier", "ssvh pdna", "ssvh safer hash", "imphash",
        "crc32", "phash", "ip", "domain", "filename", "email", "debug string", "hash sha1", "hash ssdeep",
        "hash imphash",
    )
)  # fmt: skip
"""Tidy names of kinds that are known but that banks do not hold."""

_FIELDS: Final = {
    "kind": ("kind", "signal type", "type", "hash type", "algorithm", "indicator type", "fingerprint type", "algo",
             "النوع", "نوع البصمة", "نوع", "الخوارزمية"),
    "value": ("value", "signal str", "signal", "hash", "hash digest", "digest", "fingerprint", "indicator",
              "hash value", "raw indicator", "ioc", "البصمة", "القيمة", "قيمة", "بصمة"),
    "labels": ("labels", "label", "tags", "tag", "الوسوم", "وسوم", "التسمية", "الوسم", "التصنيفات"),
    "tier": ("tier", "alert tier", "الدرجة", "درجة التنبيه"),
    "tlp": ("tlp", "tlp mark", "marking", "علامة TLP", "التداول"),
    "owner": ("owner", "organisation", "organization", "org", "owner name", "member", "shared by", "الجهة",
              "الجهة المالكة", "المالك", "المنظمة"),
    "source": ("source", "collab", "collaboration", "list", "feed", "bank", "المصدر", "القائمة", "البنك"),
    "first_seen": ("first seen", "added on", "created on", "created at", "created", "date", "added at", "تاريخ الإضافة",
                   "أول ظهور", "التاريخ"),
    "updated_at": ("updated at", "updated on", "last updated", "modified", "timestamp", "آخر تحديث", "تاريخ التحديث"),
    "quality": ("quality", "pdq quality", "الجودة"),
    "note": ("note", "notes", "description", "comment", "comments", "ملاحظة", "الملاحظات", "الوصف", "التعليق"),
    "opinions": ("opinions", "الآراء"),
    "deleted": ("deleted", "withdrawn", "retracted", "revoked", "should delete", "withdrawn at", "deleted at", "محذوف",
                "مسحوب", "سُحب"),
    "id": ("id", "uuid", "entry id", "record id", "descriptor id", "indicator id", "المعرّف", "الرقم"),
    "group": ("group", "event", "entry", "event id", "المجموعة", "الحدث"),
    "checkpoint": ("checkpoint", "نقطة المتابعة"),
    "extra": ("extra", "حقول أخرى"),
}  # fmt: skip
FIELD_NAMES: Final = {tidy(name): field for field, names in _FIELDS.items() for name in names}
"""Tidy header -> field of `turs.formats.signal.Signal`. Authors, accounts and users are on purpose in no list."""
