"""Exchange formats: encode and decode only. No index, no network, no database.

    from turs.formats import read, write
    for item in read(data):
        ...  # Signal or Problem
    write(signals, "stix")
"""

from turs.formats.reasons import REASONS
from turs.formats.registry import FORMATS, Example, Format, read, sniff, write
from turs.formats.signal import KINDS, TIERS, TLP, VIEWS, Invalid, Opinion, Problem, Signal, Unwritable

__all__ = ["FORMATS", "KINDS", "REASONS", "TIERS", "TLP", "VIEWS", "Example", "Format", "Invalid", "Opinion", "Problem",
           "Signal", "Unwritable", "read", "sniff", "write"]
