"""Turs: open-source software for coalitions that counter terrorist propaganda, lawfully and in the open."""

__version__ = "0.1.0"
