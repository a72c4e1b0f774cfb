"""Turs inside the `threatexchange` library: our fingerprints and indexes for those who use it (`turs[threatexchange]`).

On its command line::

    threatexchange config extensions add turs.match.threatexchange

In Hasher-Matcher-Actioner, or any other program, give the classes of `SIGNAL_TYPES` to its list of signal types. To
keep the name ``pdq``, under which exchanges deliver, make the library's own type use our index::

    class Pdq(PdqSignal):                      # threatexchange.signal_type.pdq.signal
        get_name = classmethod(lambda cls: "pdq")
        get_index_cls = classmethod(lambda cls: turs.match.threatexchange.PdqIndex)

An index is written as our snapshots (`turs.match.snapshot`), never as a pickle. What may stand beside a signal in an
index is said in `turs.match.threatexchange.entries`.
"""

from __future__ import annotations

try:
    import threatexchange as _library  # noqa: F401
except ModuleNotFoundError as _error:
    if _error.name != "threatexchange":
        raise
    raise ModuleNotFoundError(
        "turs.match.threatexchange works inside the threatexchange library, which is not installed: "
        "pip install 'turs[threatexchange]'", name="threatexchange",
    ) from None  # fmt: skip

from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest

from turs.match.threatexchange.entries import EntryNotStorable, allow
from turs.match.threatexchange.indexes import (
    ExactTextIndex,
    PdqIndex,
    TextCopyIndex,
    TextSimilarity,
    UrlIndex,
    VideoSimilarity,
    VpdqIndex,
)
from turs.match.threatexchange.signals import (
    SIGNAL_TYPES,
    TursPdqSignal,
    TursTextDigestSignal,
    TursTextSignal,
    TursUrlSignal,
    TursVpdqSignal,
)

TX_MANIFEST = ThreatExchangeExtensionManifest(signal_types=SIGNAL_TYPES)
"""What the library looks for in an extension."""

__all__ = ["SIGNAL_TYPES", "TX_MANIFEST", "EntryNotStorable", "ExactTextIndex", "PdqIndex", "TextCopyIndex",
           "TextSimilarity", "TursPdqSignal", "TursTextDigestSignal", "TursTextSignal", "TursUrlSignal",
           "TursVpdqSignal", "UrlIndex", "VideoSimilarity", "VpdqIndex", "allow"]
