"""Fingerprints and banks: recognise what people have already judged."""

from turs.match.banks import Bank, BankEntry, BankSet, Feature, Match
from turs.match.digests import md5, sha256, text_digest
from turs.match.hamming import HammingIndex, Neighbour, distance
from turs.match.perceptual import ImageUnreadable, Pdq, pdq, pdq_of_pixels
from turs.match.urls import canonical_url, domain_of, links_in

__all__ = ["Bank", "BankEntry", "BankSet", "Feature", "HammingIndex", "ImageUnreadable", "Match", "Neighbour", "Pdq",
           "canonical_url", "distance", "domain_of", "links_in", "md5", "pdq", "pdq_of_pixels", "sha256", "text_digest"]
