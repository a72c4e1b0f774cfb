"""Names and directions of languages, by their BCP 47 tags."""

from __future__ import annotations

NAMES: dict[str, tuple[str, str]] = {
    "am": ("الأمهرية", "Amharic"),
    "ar": ("العربية", "Arabic"),
    "arz": ("العربية المصرية", "Egyptian Arabic"),
    "az": ("الأذربيجانية", "Azerbaijani"),
    "ber": ("الأمازيغية", "Amazigh"),
    "bn": ("البنغالية", "Bengali"),
    "bs": ("البوسنية", "Bosnian"),
    "ckb": ("الكردية السورانية", "Central Kurdish"),
    "da": ("الدانماركية", "Danish"),
    "de": ("الألمانية", "German"),
    "el": ("اليونانية", "Greek"),
    "en": ("الإنجليزية", "English"),
    "es": ("الإسبانية", "Spanish"),
    "fa": ("الفارسية", "Persian"),
    "ff": ("الفولانية", "Fula"),
    "fil": ("الفلبينية", "Filipino"),
    "fr": ("الفرنسية", "French"),
    "ha": ("الهوسا", "Hausa"),
    "he": ("العبرية", "Hebrew"),
    "hi": ("الهندية", "Hindi"),
    "id": ("الإندونيسية", "Indonesian"),
    "it": ("الإيطالية", "Italian"),
    "ja": ("اليابانية", "Japanese"),
    "kk": ("الكازاخية", "Kazakh"),
    "ko": ("الكورية", "Korean"),
    "kmr": ("الكردية الكرمانجية", "Northern Kurdish"),
    "ku": ("الكردية", "Kurdish"),
    "ky": ("القيرغيزية", "Kyrgyz"),
    "ms": ("الملايوية", "Malay"),
    "mul": ("عدة لغات", "Several languages"),
    "nl": ("الهولندية", "Dutch"),
    "pl": ("البولندية", "Polish"),
    "prs": ("الدرية", "Dari"),
    "ps": ("البشتوية", "Pashto"),
    "pt": ("البرتغالية", "Portuguese"),
    "ru": ("الروسية", "Russian"),
    "sd": ("السندية", "Sindhi"),
    "so": ("الصومالية", "Somali"),
    "sq": ("الألبانية", "Albanian"),
    "sv": ("السويدية", "Swedish"),
    "sw": ("السواحلية", "Swahili"),
    "ta": ("التاميلية", "Tamil"),
    "tg": ("الطاجيكية", "Tajik"),
    "th": ("التايلاندية", "Thai"),
    "ti": ("التغرينية", "Tigrinya"),
    "tl": ("التاغالوغية", "Tagalog"),
    "tr": ("التركية", "Turkish"),
    "ug": ("الأويغورية", "Uyghur"),
    "uk": ("الأوكرانية", "Ukrainian"),
    "und": ("لغة غير محددة", "Language not known"),
    "ur": ("الأردية", "Urdu"),
    "uz": ("الأوزبكية", "Uzbek"),
    "yo": ("اليوروبا", "Yoruba"),
    "zh": ("الصينية", "Chinese"),
    "zxx": ("بلا كلام", "No words"),
}
"""Tag to its name in Arabic and in English."""

RIGHT_TO_LEFT = frozenset({"ar", "arz", "ckb", "dv", "fa", "he", "ks", "prs", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa", "nkoo", "adlm", "rohg"})


def name(tag: str, reader: str) -> str:
    """The name of language `tag` for a reader of Arabic (`ar`) or English; the tag itself if it is not listed."""
    names = NAMES.get(tag.lower()) or NAMES.get(tag.split("-")[0].lower()) or (tag, tag)
    return names[0 if reader.startswith("ar") else 1]


def direction(tag: str) -> str:
    """``rtl``, ``ltr``, or ``auto`` where the tag does not tell."""
    first, *subtags = tag.lower().split("-")
    for subtag in subtags:
        if len(subtag) == 4 and subtag.isalpha():
            return "rtl" if subtag in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    if first in {"", "und", "mul", "zxx"}:
        return "auto"
    return "rtl" if first in RIGHT_TO_LEFT else "ltr"
