"""What the reference pages are made of: one function a block, each takes a language and the marker's argument."""

from __future__ import annotations

from collections.abc import Callable

from . import api, commands, decisions, glossary, pictures, readers, screens, settings

BLOCKS: dict[str, Callable[[str, str], str]] = {
    "readers": readers.readers,
    "rejects": readers.rejects,
    "limits": readers.limits,
    "commands": commands.commands,
    "settings": settings.settings,
    "screens": screens.screens,
    "keys": screens.keys,
    "operations": api.operations,
    "words": glossary.words_,
    "vocabulary": glossary.vocabulary,
    "verbs": glossary.verbs,
    "decisions": decisions.decisions,
    "picture": pictures.picture,
}
"""Marker name to its maker."""
