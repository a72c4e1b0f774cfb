"""Numbers in the reader's digits: 12,345 or ١٢٬٣٤٥."""

from __future__ import annotations

from .preferences import current

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def digits(value: object) -> str:
    """`value` with its digits as the reader wants them; nothing is grouped: for years, versions, line numbers."""
    text = str(value)
    return text.translate(_ARABIC_INDIC) if current().arabic_digits else text


def number(value: object) -> str:
    """A number with its thousands grouped, in the reader's digits; "" for `None`."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int | float) else str(value)
    return digits(text.replace(",", "٬").replace(".", "٫")) if current().arabic_digits else text
