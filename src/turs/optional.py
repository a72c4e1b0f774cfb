"""Optional parts: import what an extra brings, or say in one clear sentence how to get it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType


class MissingExtra(ImportError):
    """A part of Turs that was not installed was asked for. extra: its name; words: the message in ``ar`` and ``en``."""

    def __init__(self, module: str, extra: str) -> None:
        command = f"pip install 'turs[{extra}]'"
        self.extra = extra
        self.words: Mapping[str, str] = {
            "ar": f"هذا العمل يحتاج إلى جزء اختياري غير مثبت ({module})؛ ثبّته بالأمر: {command}",
            "en": f"this needs an optional part that is not installed ({module}): {command}",
        }
        super().__init__(self.words["en"], name=module)


def require(module: str, extra: str) -> ModuleType:
    """The module called `module`, which the extra `extra` installs.

    `MissingExtra` where it is not installed. An installed module that fails to import raises its own error: to hide
    it behind advice to install would mislead.

    >>> require("turs_has_no_such_module", "video")
    Traceback (most recent call last):
    ...
    turs.optional.MissingExtra: this needs an optional part that is not installed (turs_has_no_such_module): \
pip install 'turs[video]'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if module != missing and not module.startswith(f"{missing}."):
            raise
        raise MissingExtra(module, extra) from error
