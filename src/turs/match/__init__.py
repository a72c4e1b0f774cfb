"""Fingerprints and banks: recognise what people have already judged."""

from turs.match.banks import Bank, BankEntry, BankIndex, BankSet, Feature, Match
from turs.match.copies import TextIndex
from turs.match.digests import md5, sha256, text_digest
from turs.match.exact import ExactIndex
from turs.match.hamming import HammingIndex, Neighbour, Neighbours, distance
from turs.match.perceptual import ImageUnreadable, Pdq, pdq, pdq_dihedral, pdq_of_luma, pdq_of_pixels
from turs.match.prints import Prints, fingerprint
from turs.match.snapshot import SnapshotDamaged
from turs.match.urls import canonical_url, domain_of, links_in
from turs.match.video_index import VideoIndex

__all__ = [
    "Bank", "BankEntry", "BankIndex", "BankSet", "ExactIndex", "Feature", "HammingIndex", "ImageUnreadable", "Match",
    "Neighbour", "Neighbours", "Pdq", "Prints", "SnapshotDamaged", "TextIndex", "VideoIndex", "canonical_url",
    "distance", "domain_of", "fingerprint", "links_in", "md5", "pdq", "pdq_dihedral", "pdq_of_luma", "pdq_of_pixels",
    "sha256", "text_digest", "warm",
]


def warm() -> None:
    """Compile every kernel now, some fifteen seconds the first time, instead of at the first look-up."""
    from turs.match import exact, hamming, perceptual, sketch

    for room in (hamming, exact, perceptual, sketch):
        room.warm()
