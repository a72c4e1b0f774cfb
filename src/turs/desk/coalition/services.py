"""The verbs of the coalition: who joins, who may do what. Every write is in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ..ledger.services import Act, record, record_many
from .models import (
    Agency,
    ApiToken,
    Body,
    LanguageSkill,
    Mandate,
    Member,
    Named,
    NamedRecipient,
    Owned,
    Partner,
    RoleGrant,
    User,
)

N = Member | Agency | Partner | Body


@transaction.atomic
def put(actor: User | None, model: type[Named], key: str, **fields: Any) -> Any:
    """Add the member, agency, partner or body named by `key`, or change it to `fields`."""
    row, created = model._default_manager.update_or_create(key=key, defaults=fields)
    facts = {name: str(value) for name, value in fields.items()}
    record(actor, f"{model._meta.model_name}.{'added' if created else 'changed'}", row, key=key, **facts)
    return row


@transaction.atomic
def put_mandate(actor: User | None, body: Body, **fields: Any) -> Mandate:
    """Give an agency or partner a role in `body` for a time."""
    mandate, _ = Mandate.objects.get_or_create(body=body, **fields)
    record(actor, "mandate.given", mandate, body=body.key, role=mandate.role, holder=mandate.holder.key)
    return mandate


@transaction.atomic
def add_user(
    actor: User | None,
    username: str,
    *,
    password: str | None,
    roles: Sequence[str],
    languages: Mapping[str, str] | None = None,
    temporary: bool = False,
    **fields: Any,
) -> User:
    """Add a user with roles and language levels. Without a password nobody can log in as this user.

    temporary: the password is told by somebody else, and must be changed at the first login.
    """
    user = User(username=username, password_temporary=temporary, **fields)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    record(actor, "user.added", user, username=username)
    set_roles(actor, user, roles)
    set_languages(actor, user, languages or {})
    return user


@transaction.atomic
def set_roles(actor: User | None, user: User, roles: Sequence[str]) -> None:
    """Make `roles` the roles that `user` holds from now on."""
    user.grants.exclude(role__in=roles).delete()
    for role in roles:
        RoleGrant.objects.get_or_create(user=user, role=role, defaults={"granted_by": actor})
    record(actor, "user.roles_set", user, username=user.username, roles=sorted(roles))


@transaction.atomic
def set_languages(actor: User | None, user: User, languages: Mapping[str, str]) -> None:
    """Make `languages` (tag to CEFR level) the languages that `user` reads."""
    user.skills.exclude(language__in=languages).delete()
    for language, level in languages.items():
        LanguageSkill.objects.update_or_create(user=user, language=language, defaults={"level": level})
    record(actor, "user.languages_set", user, username=user.username, languages=dict(languages))


@transaction.atomic
def set_active(actor: User | None, user: User, active: bool) -> None:
    """Open or close a login."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(actor, "user.opened" if active else "user.closed", user, username=user.username)


@transaction.atomic
def set_password(actor: User | None, user: User, password: str) -> None:
    """Give `user` a new password, to be changed at the next login: whoever gave it knows it.

    The ledger keeps that it happened, never the password.
    """
    user.set_password(password)
    user.password_temporary = True
    user.save(update_fields=["password", "password_temporary"])
    record(actor, "user.password_set", user, username=user.username)


@transaction.atomic
def choose_password(user: User, password: str) -> None:
    """Make `password`, which `user` chose, the one that stands: nobody else knows it."""
    user.set_password(password)
    user.password_temporary = False
    user.save(update_fields=["password", "password_temporary"])
    record(user, "user.password_chosen", user, username=user.username)


@transaction.atomic
def set_preferences(user: User, **fields: Any) -> None:
    """Change how the screens look to `user` (language, digits, calendar, theme)."""
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    record(user, "user.preferences_set", user, **{name: str(value) for name, value in fields.items()})


@transaction.atomic
def name_recipients(actor: User | None, rows: Sequence[Owned], users: Sequence[User]) -> None:
    """Let `users` see these TLP:RED rows: RED is for named recipients alone."""
    names = sorted(user.username for user in users)
    for row in rows:
        for user in users:
            NamedRecipient.objects.get_or_create(object_type=row._meta.model_name, object_id=row.pk, user=user)
    record_many(
        actor, [Act("recipient.named", row._meta.model_name or "", str(row.pk), {"users": names}) for row in rows]
    )  # fmt: skip


@transaction.atomic
def issue_token(user: User, name: str, days: int = 90) -> tuple[ApiToken, str]:
    """A new API token of `user` and its value, which is shown once and never kept."""
    value = f"turs_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user, name=name, digest=ApiToken.digest_of(value), expires_at=timezone.now() + timedelta(days=days)
    )
    record(user, "token.issued", token, name=name, days=days)
    return token, value


@transaction.atomic
def withdraw_token(user: User, token: ApiToken) -> None:
    """End an API token."""
    record(user, "token.withdrawn", token, name=token.name)
    token.delete()


def user_of_token(value: str) -> User | None:
    """Whose valid API token this is; `None` if it is unknown, expired, or its user's login is closed."""
    token = (
        ApiToken.objects.select_related("user", "user__agency", "user__partner")
        .filter(digest=ApiToken.digest_of(value), expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )
    return token.user if token else None
