"""Screens of content, one file a noun."""
