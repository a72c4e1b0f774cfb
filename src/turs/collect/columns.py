"""Which column is which: header names in Arabic and English, and an explicit map that goes before them.

Columns of authors, senders and user names are on purpose in no list: content is collected, people are not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "text": (
        "text",
        "content",
        "body",
        "message",
        "full text",
        "post text",
        "caption",
        "description",
        "post",
        "article",
        "transcript",
        "content text",
        "summary",
        "النص",
        "نص المنشور",
        "نص الخبر",
        "المحتوى",
        "المتن",
        "الرسالة",
        "المنشور",
        "التفريغ",
        "الوصف",
        "نص",
        "الخبر",
    ),
    "title": ("title", "headline", "subject", "heading", "العنوان", "عنوان", "عنوان الخبر", "الموضوع"),
    "url": (
        "url",
        "link",
        "permalink",
        "address",
        "post url",
        "page url",
        "web address",
        "uri",
        "الرابط",
        "رابط",
        "رابط المنشور",
        "رابط الخبر",
        "عنوان الويب",
        "عنوان الرابط",
    ),
    "id": (
        "id",
        "post id",
        "message id",
        "native id",
        "guid",
        "item id",
        "record id",
        "identifier",
        "المعرف",
        "معرف",
        "معرف المنشور",
        "الرقم",
        "رقم",
        "رقم المنشور",
    ),
    "published_at": (
        "published at",
        "published",
        "date",
        "datetime",
        "date time",
        "timestamp",
        "created at",
        "post created",
        "time",
        "created",
        "publication date",
        "date published",
        "pubdate",
        "posted at",
        "created utc",
        "created time",
        "post created date",
        "التاريخ",
        "تاريخ",
        "تاريخ النشر",
        "وقت النشر",
        "تاريخ ووقت النشر",
        "الوقت",
        "تاريخ الإنشاء",
    ),
    "source": (
        "source",
        "outlet",
        "publisher",
        "channel",
        "page name",
        "site",
        "feed",
        "station",
        "newspaper",
        "media outlet",
        "channel name",
        "source name",
        "site name",
        "المصدر",
        "مصدر",
        "القناة",
        "اسم القناة",
        "الموقع",
        "اسم الموقع",
        "المحطة",
        "الإذاعة",
        "الصحيفة",
        "الصفحة",
        "اسم الصفحة",
        "الجهة الناشرة",
        "الوسيلة",
        "اسم المصدر",
    ),
    "language": ("language", "lang", "language code", "اللغة", "لغة", "لغة النص", "رمز اللغة"),
    "media": (
        "media",
        "media path",
        "image",
        "image path",
        "file",
        "attachment",
        "media file",
        "image file",
        "photo",
        "الوسائط",
        "مسار الوسائط",
        "الصورة",
        "مسار الصورة",
        "المرفق",
        "الملف",
        "ملف الوسائط",
        "صورة",
    ),
}
"""Field -> header names that mean it, most telling first, before tidying."""

_MARKS: Final = re.compile("[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_FOLD: Final = str.maketrans("أإآىة", "اااي\u0647")


def tidy(name: str) -> str:
    """A header name for comparison: case, spacing, hamza, vowel marks, tatweel and the article ال do not count."""
    name = unicodedata.normalize("NFKC", _MARKS.sub("", name))
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold().translate(_FOLD)
    words = re.split(r"[\s_\-.:/()\[\]*]+", name.strip(" \"'"))
    return " ".join(word[2:] if word.startswith("ال") and len(word) > 4 else word for word in words if word)


_TIDY: Final = {field: tuple(dict.fromkeys(tidy(name) for name in names)) for field, names in NAMES.items()}


def match_columns(names: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Field -> column name for the columns `names`.

    chosen: field -> column name, or ``#3`` for the third column; it goes before the lists. Raises KeyError
    with the column that does not exist.
    """
    present = list(names)
    by_tidy: dict[str, str] = {}
    for name in present:
        by_tidy.setdefault(tidy(name), name)
    answer: dict[str, str] = {}
    for field, column in chosen.items():
        if not column:
            continue
        if re.fullmatch(r"#\d{1,4}", column) and 0 < int(column[1:]) <= len(present):
            answer[field] = present[int(column[1:]) - 1]
        elif column in present:
            answer[field] = column
        elif tidy(column) in by_tidy:
            answer[field] = by_tidy[tidy(column)]
        else:
            raise KeyError(column)
    taken = set(answer.values())
    for field, known in _TIDY.items():
        if field in chosen:
            continue
        found = next((by_tidy[name] for name in known if name in by_tidy and by_tidy[name] not in taken), None)
        if found is not None:
            answer[field] = found
            taken.add(found)
    return answer
