"""Triage: what kind of text it is, what it asks of its readers, how urgently a person should look."""

from turs.triage.evidence import Evidence, data_digest, read
from turs.triage.functions import FUNCTIONS, Call, Cue, call, cues
from turs.triage.genres import GENRES, PROTECTED, Genre, genre
from turs.triage.priorities import TIERS, Facts, Part, Priority, priority

__all__ = ["FUNCTIONS", "GENRES", "PROTECTED", "TIERS", "Call", "Cue", "Evidence", "Facts", "Genre", "Part", "Priority",
           "call", "cues", "data_digest", "genre", "priority", "read"]
