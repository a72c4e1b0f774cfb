"""Our fingerprints as signal types of the `threatexchange` library. Their names do not clash with its own.

What is no picture or no video has no fingerprint: hashing gives "", as the interface wants it, and the log says why.
"""

from __future__ import annotations

import logging
import random
import re
from pathlib import Path
from typing import Any, Final

from threatexchange.content_type.content_base import ContentType
from threatexchange.content_type.photo import PhotoContent
from threatexchange.content_type.text import TextContent
from threatexchange.content_type.url import URLContent
from threatexchange.content_type.video import VideoContent
from threatexchange.exchanges.impl.fb_threatexchange_signal import HasFbThreatExchangeIndicatorType
from threatexchange.signal_type.signal_base import (
    BytesHasher,
    CanGenerateRandomSignal,
    FileHasher,
    MatchesStr,
    SignalComparisonResult,
    SignalType,
    SimpleSignalType,
    TextHasher,
)

from turs.match import digests, perceptual
from turs.match.copies import TextIndex
from turs.match.hamming import distance
from turs.match.perceptual import MATCH_DISTANCE
from turs.match.threatexchange.indexes import (
    ExactTextIndex,
    PdqIndex,
    TextCopyIndex,
    TextSimilarity,
    UrlIndex,
    VideoSimilarity,
    VpdqIndex,
    reads,
)
from turs.match.urls import canonical_url
from turs.match.video_index import QUERY_PERCENT, VideoIndex
from turs.match.vpdq import FramePrint, frames_from_text, frames_to_text

_LOG: Final = logging.getLogger(__name__)
_BRIDGE: Final = (
    "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
    "d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6339c4e9c9b22",
    "e64cc9d91c623882f8d1f1d9a398e78c9f199b3bd83924f2b7e11e0bf861b064",
    "6227401f601ff4ccafcc9fad4b0d95d371a2eb7265a3285234d228ca94deeb2d",
)
"""Published PDQ hashes of the reference set: the bridge, a change of it, and two other pictures."""
_TEXTS: Final = (
    "افتتح المعرض الدولي للكتاب أبوابه صباح اليوم في العاصمة بمشاركة مئات الناشرين",
    "The international book fair opened its doors this morning in the capital with hundreds of publishers",
)
_WORDS: Final = (
    "المعرض", "الكتاب", "العاصمة", "الناشرين", "صباح", "اليوم", "مشاركة", "افتتح", "مكتبة", "مدرسة", "حديقة", "قراءة",
    "رواية", "مدينة", "ضيوف", "جائزة",
)  # fmt: skip


class TursPdqSignal(SimpleSignalType, BytesHasher, HasFbThreatExchangeIndicatorType, CanGenerateRandomSignal):
    """PDQ of a picture, with our hasher and an index that is exact at any size."""

    INDICATOR_TYPE = "HASH_PDQ"

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        return [PhotoContent]

    @classmethod
    def get_index_cls(cls) -> type[PdqIndex[Any]]:
        return PdqIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The hash in lower case. ValueError for what is no hash."""
        return _digest(signal_str, "PDQ hash")

    @classmethod
    def compare_hash(cls, hash1: str, hash2: str, distance_threshold: int = MATCH_DISTANCE) -> SignalComparisonResult:
        return SignalComparisonResult.from_simple_dist(distance(hash1, hash2), distance_threshold)

    @classmethod
    def hash_from_bytes(cls, bytes_: bytes) -> str:
        """The hash; "" for what is no picture, or shows too little (quality below 50)."""
        try:
            found = perceptual.pdq(bytes_)
        except perceptual.ImageUnreadable as error:
            _LOG.warning("no PDQ hash: %s", error)
            return ""
        return found.value if found.matchable else ""

    @classmethod
    def get_random_signal(cls) -> str:
        return f"{random.getrandbits(256):064x}"

    @staticmethod
    def get_examples() -> list[str]:
        return list(_BRIDGE)


class _OfText(TextHasher):
    """Texts are read as UTF-8, whatever the system's encoding; what does not fit is replaced."""

    @classmethod
    def hash_from_file(cls, file: Path) -> str:
        return cls.hash_from_str(file.read_text("utf-8", "replace"))


class TursTextSignal(
    SimpleSignalType, _OfText, MatchesStr, HasFbThreatExchangeIndicatorType, CanGenerateRandomSignal
):
    """A text, found again by its copies: disguised, edited, cut, embedded; Arabic first. The signal is the text."""

    INDICATOR_TYPE = "TEXT_STRING"

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        return [TextContent]

    @classmethod
    def get_index_cls(cls) -> type[TextCopyIndex[Any]]:
        return TextCopyIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The text without the blanks around it. ValueError for one of nothing but blanks."""
        if not signal_str.strip():
            raise ValueError("an empty text is no signal")
        return signal_str.strip()

    @classmethod
    def hash_from_str(cls, text: str) -> str:
        return text.strip()

    @classmethod
    def matches_str(cls, signal: str, haystack: str, threshold: float | None = None) -> SignalComparisonResult:
        """Whether one is a copy of the other, or holds it. threshold: as for `TextCopyIndex`."""
        if reads(signal) == reads(haystack):
            return SignalComparisonResult(True, TextSimilarity(1.0, 1.0))
        least = TextCopyIndex[Any]().threshold if threshold is None else threshold
        found = TextIndex([signal]).search(haystack, 0.0, 1)
        if not found:
            return SignalComparisonResult(False, TextSimilarity(0.0, 0.0))
        similarity = TextSimilarity(found[0].containment, found[0].resemblance)
        return SignalComparisonResult(found[0].containment >= least, similarity)

    @classmethod
    def compare_hash(cls, hash1: str, hash2: str) -> SignalComparisonResult:
        return cls.matches_str(hash1, hash2)

    @classmethod
    def get_random_signal(cls) -> str:
        return " ".join(random.choices(_WORDS, k=24))

    @staticmethod
    def get_examples() -> list[str]:
        return list(_TEXTS)


class TursTextDigestSignal(SimpleSignalType, _OfText, HasFbThreatExchangeIndicatorType, CanGenerateRandomSignal):
    """Digest of a text as it reads: the same for every disguise of it, and nobody reads the text out of it.

    A text of fewer than 20 letters and digits has none.
    """

    INDICATOR_TYPE = {"DEBUG_STRING": "signal_type:turs_text_digest"}

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        return [TextContent]

    @classmethod
    def get_index_cls(cls) -> type[ExactTextIndex[Any]]:
        return ExactTextIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The digest in lower case. ValueError for what is no digest."""
        return _digest(signal_str, "text digest")

    @classmethod
    def hash_from_str(cls, text: str) -> str:
        return digests.text_digest(text)

    @classmethod
    def get_random_signal(cls) -> str:
        return f"{random.getrandbits(256):064x}"

    @staticmethod
    def get_examples() -> list[str]:
        return [digests.text_digest(text) for text in _TEXTS]


class TursUrlSignal(SimpleSignalType, _OfText, MatchesStr, HasFbThreatExchangeIndicatorType, CanGenerateRandomSignal):
    """An address in its one spelling: trackers, redirectors, defanging and mirrors of the same site do not hide it."""

    INDICATOR_TYPE = {"URI", "RAW_URI", "UNCLICKABLE_URL"}

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        return [URLContent]

    @classmethod
    def get_index_cls(cls) -> type[UrlIndex[Any]]:
        return UrlIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The address in its one spelling. ValueError for what is no http(s) address."""
        found = canonical_url(signal_str)
        if not found:
            raise ValueError(f"{signal_str[:100]!r} is no http(s) address")
        return found

    @classmethod
    def hash_from_str(cls, text: str) -> str:
        return canonical_url(text)

    @classmethod
    def matches_str(cls, signal: str, haystack: str) -> SignalComparisonResult:
        mine = canonical_url(signal)
        return SignalComparisonResult.from_bool_only(bool(mine) and mine == canonical_url(haystack))

    @classmethod
    def compare_hash(cls, hash1: str, hash2: str) -> SignalComparisonResult:
        return cls.matches_str(hash1, hash2)

    @classmethod
    def normalize_fb_threatexchange_indicator(cls, tx_type: str, tx_indicator: str, tx_tag: str | None) -> str:
        """The address of an indicator, that of an unclickable one included (``[h]ttps://``)."""
        return re.sub(r"^\[h\]", "h", tx_indicator)

    @classmethod
    def get_random_signal(cls) -> str:
        return f"https://{random.getrandbits(48):012x}.example/{random.getrandbits(48):012x}"

    @staticmethod
    def get_examples() -> list[str]:
        return ["https://example.org/book-fair", "https://t.me/example_channel/123"]


class TursVpdqSignal(SimpleSignalType, FileHasher, HasFbThreatExchangeIndicatorType, CanGenerateRandomSignal):
    """A video as the PDQ hashes of its frames, in the text form of the library's vPDQ extension.

    Hashing needs ``turs[video]``; matching does not.
    """

    INDICATOR_TYPE = {"DEBUG_STRING": "signal_type:vpdq"}

    @classmethod
    def get_content_types(cls) -> list[type[ContentType]]:
        return [VideoContent]

    @classmethod
    def get_index_cls(cls) -> type[VpdqIndex[Any]]:
        return VpdqIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The frames in our spelling. ValueError for what holds none."""
        frames = frames_from_text(signal_str)
        if not frames:
            raise ValueError("a video without frames is no signal")
        return frames_to_text(frames)

    @classmethod
    def hash_from_file(cls, file: Path, seconds_per_hash: float = 1.0) -> str:
        """The frames of a video; "" for what is none."""
        from turs.match.video import VideoUnreadable, fingerprint_video

        try:
            return frames_to_text(fingerprint_video(file, every=seconds_per_hash).frames)
        except VideoUnreadable as error:
            _LOG.warning("no vPDQ of %s: %s", file.name, error)
            return ""

    @classmethod
    def compare_hash(
        cls, hash1: str, hash2: str, query_match_pct_thresh: float = QUERY_PERCENT,
        compare_match_pct_thresh: float = 0.0,
    ) -> SignalComparisonResult:
        index = VideoIndex()
        index.add(frames_from_text(hash2))
        found = index.search(frames_from_text(hash1))
        if not found:
            return SignalComparisonResult(False, VideoSimilarity(0.0, 0.0))
        query, entry = found[0].query_percent, found[0].entry_percent
        enough = query >= query_match_pct_thresh and entry >= compare_match_pct_thresh
        return SignalComparisonResult(enough, VideoSimilarity(query, entry))

    @classmethod
    def get_random_signal(cls) -> str:
        return frames_to_text(FramePrint(f"{random.getrandbits(256):064x}", 100, float(at)) for at in range(10))

    @staticmethod
    def get_examples() -> list[str]:
        return [frames_to_text(FramePrint(value, 100, float(at)) for at, value in enumerate(_BRIDGE))]


def _digest(signal: str, what: str) -> str:
    digits = signal.strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", digits):
        raise ValueError(f"{signal[:100]!r} is no {what}: it has 64 hex digits")
    return digits


SIGNAL_TYPES: Final[tuple[type[SignalType], ...]] = (
    TursPdqSignal, TursTextSignal, TursTextDigestSignal, TursUrlSignal, TursVpdqSignal,
)  # fmt: skip
"""All of them, for programs that list their signal types."""
