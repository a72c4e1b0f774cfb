"""Demo: an invented coalition and ninety days of invented, benign content, written as real files.

    from turs.demo import write_story
    story = write_story(Path("demo"), end=datetime.now(UTC))
    for file in story.files:
        ...  # import file.path with file.reader and file.options, as file.agency, under file.tlp

`turs.demo.coalition` has the members, agencies, partners, users, bodies and mandates; `turs.demo.known` the banks
and the term list. Pure functions and data: no database, no network, no clock.
"""

from __future__ import annotations

from turs.demo.places import STRANDS
from turs.demo.story import Story, StoryFile, write_story

__all__ = ["STRANDS", "Story", "StoryFile", "write_story"]
