"""The one object that answers who may do what to which rows.

Views, API and services never filter by owner themselves: they ask ``Policy(user).rows(Model)`` and
``Policy(user).get(Model, ...)``. A test forbids ``Model.objects`` in every view, API and form module.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from . import rules
from .models import Agency, NamedRecipient, Owned, User
from .vocabulary import TLP

M = TypeVar("M", bound=Model)


class Policy:
    """What one user may do and see, at this moment.

    A model says how it is owned: subclasses of ``Owned`` are owned directly; others name, in ``policy_path``, the
    relation to the row that owns them (``"posting"``), or ``policy_verb``, the verb that opens them to its holder (with
    ``policy_filter(user)`` where that is not all of them).
    A model that says neither cannot be reached at all.
    """

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def roles(self) -> frozenset[str]:
        now = timezone.now()
        grants = self.user.grants.filter(valid_from__lte=now).exclude(valid_to__lte=now)
        return frozenset(grants.values_list("role", flat=True))

    @cached_property
    def verbs(self) -> frozenset[str]:
        return rules.verbs(self.roles) if self.user.is_active else frozenset()

    @cached_property
    def skills(self) -> dict[str, str]:
        return dict(self.user.skills.values_list("language", "level"))

    def may(self, verb: str) -> bool:
        return verb in self.verbs

    def require(self, verb: str) -> None:
        """Raise `PermissionDenied` unless the user holds a role that grants `verb`."""
        if not self.may(verb):
            raise PermissionDenied(verb)

    def reads(self, language: str) -> bool:
        """Whether the user reads `language` well enough to decide on it."""
        return rules.reads(language, self.skills)

    def rows(self, model: type[M], *, own: bool = False) -> QuerySet[M]:
        """The rows of `model` that the user may see; with `own`, those that the user's agency may change."""
        everything: QuerySet[M] = model._default_manager.all()
        if verb := getattr(model, "policy_verb", None):
            if not self.may(verb):
                return everything.none()
            narrower = getattr(model, "policy_filter", None)
            return everything.filter(narrower(self.user)) if narrower else everything
        path = getattr(model, "policy_path", None)
        if path is None and not issubclass(model, Owned):
            raise LookupError(f"{model.__name__} does not say who may see it")
        if not self.may(rules.VIEW):
            return everything.none()
        prefix = f"{path}__" if path else ""
        owner = model if path is None else _owner(model, path)
        return everything.filter(self._owned(prefix, owner, own))

    def get(self, model: type[M], *, own: bool = False, queryset: QuerySet[M] | None = None, **lookup: Any) -> M:
        """One row, or `Http404`: a row that may not be seen is not there."""
        rows = self.rows(model, own=own)
        if queryset is not None:
            rows = queryset.filter(pk__in=rows.values("pk"))
        try:
            row = rows.filter(**lookup).first()
        except (ValidationError, ValueError):
            row = None
        if row is None:
            raise Http404(model.__name__)
        return row

    def _owned(self, prefix: str, owner: type[Model], own: bool) -> Q:
        def q(**lookups: Any) -> Q:
            return Q(**{prefix + name: value for name, value in lookups.items()})

        agency = self.user.agency
        red = q(tlp=TLP.RED) & (
            q(created_by=self.user)
            | q(
                pk__in=NamedRecipient.objects.filter(
                    user=self.user, object_type=owner._meta.model_name
                ).values("object_id")
            )
        )
        if agency is None:
            return q(pk=None) if own else q(tlp=TLP.CLEAR)
        if own:
            return q(agency=agency) & (~q(tlp=TLP.RED) | red)
        return agency_sees(agency, prefix) | red


def agency_sees(agency: Agency, prefix: str = "") -> Q:
    """What TLP lets every member of `agency` see: its own rows but RED, AMBER of its member, GREEN and CLEAR."""
    own = Q(**{f"{prefix}agency": agency}) & ~Q(**{f"{prefix}tlp": TLP.RED})
    family = Q(**{f"{prefix}agency__member_id": agency.member_id, f"{prefix}tlp": TLP.AMBER})
    return own | family | Q(**{f"{prefix}tlp__in": [TLP.GREEN, TLP.CLEAR]})


def _owner(model: type[Model], path: str) -> type[Model]:
    for part in path.split("__"):
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    return model
