"""The append-only record of who did what, each entry chained to the one before it by SHA-256."""

from __future__ import annotations

from typing import Any

from django.db import models


class AppendOnly(RuntimeError):
    """Somebody tried to change or remove a ledger entry."""


class Entry(models.Model):
    """One act. Database triggers (migration 0002) refuse UPDATE and DELETE, whoever asks.

    `chain` is the id that goes with a posting all the way: import, evidence, examination, case, decision.
    `at` is kept as ISO 8601 text, because the hash covers exactly these characters.
    """

    policy_verb = "audit"

    seq = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=40, db_index=True)
    actor = models.CharField(max_length=150)
    agency = models.CharField(max_length=64, blank=True)
    verb = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64, db_index=True)
    chain = models.CharField(max_length=64, blank=True, db_index=True)
    detail = models.TextField(default="{}")
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=[name, "seq"], name=f"ledger_{name}_seq") for name in ("agency", "verb", "actor")
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.object_type}:{self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise AppendOnly("write through turs.desk.ledger.services.record")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the ledger forgets nothing")
