"""Measurement: agreement between readers, shares with their intervals."""

from turs.measure.agreement import Agreement, cohen_kappa, confusion, fleiss_kappa, krippendorff_alpha
from turs.measure.shares import Share, wilson

__all__ = ["Agreement", "Share", "cohen_kappa", "confusion", "fleiss_kappa", "krippendorff_alpha", "wilson"]
