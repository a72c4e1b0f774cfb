"""The REST API of the desk under ``/api/v1/``: who may enter, how it refuses, and its reference.

Two ways in: the session of somebody who is logged in (every change then carries the CSRF token), or
``Authorization: Bearer turs_…``, a token that acts as its user. Both meet the same policy and the same services as
the screens. Problems are objects after RFC 9457, in the caller's language.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import URLPattern, path, re_path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder, Response
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from turs import __version__

from . import preferences
from .coalition import api as coalition
from .coalition.models import User
from .coalition.services import user_of_token
from .content import api as content
from .content.blobs import Damaged
from .content.intake import Refused
from .review import api as review
from .review.rules import Blocked
from .wire import Invalid

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
SLACK = 1024 * 1024
"""Bytes that a multipart request may carry beside its files."""


# --- who may enter ---------------------------------------------------------------------------------
class Token(HttpBearer):
    """``Authorization: Bearer turs_…``: a token acts as its user. A bad token is refused, whatever the session."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = user_of_token(token) if token.isascii() and len(token) <= 200 else None
        if user is None:
            _note(request, "token")
            raise AuthenticationError()
        request.user = user  # type: ignore[assignment]
        language = _wanted_language(request)
        if not language:
            translation.activate(user.language)
        preferences.choose(preferences.Preferences(language or user.language, user.digits, user.hijri, user.theme))
        return user


class Session(SessionAuth):
    """The session of the screens. Changes carry the CSRF token in the header ``X-CSRFToken``."""

    def __call__(self, request: HttpRequest) -> User | None:
        user: Any = request.user
        if not user.is_authenticated:
            _note(request, "anonymous")
            return None
        translation.activate(user.language)
        if user.password_temporary:
            raise HttpError(403, _("Somebody else chose your password. Log in on the screens and choose your own."))
        if check_csrf(request) is not None:
            raise HttpError(403, _("The CSRF token is missing or wrong. Send it in the header X-CSRFToken."))
        return user  # type: ignore[no-any-return]


def _note(request: HttpRequest, reason: str) -> None:
    """Keep that somebody was refused, never what they showed."""
    address = request.META.get("REMOTE_ADDR", "")
    log.warning("api refused reason=%s method=%s path=%r address=%s", reason, request.method, request.path, address)


def _wanted_language(request: HttpRequest) -> str | None:
    """The first language of ``Accept-Language`` that the desk speaks."""
    if not request.headers.get("Accept-Language"):
        return None
    offered = [
        (float(weight or 1), -place, name)
        for place, (name, weight) in enumerate(_languages(request.headers["Accept-Language"]))
        if name in dict(settings.LANGUAGES)
    ]
    return max(offered)[2] if offered else None


def _languages(header: str) -> Sequence[tuple[str, str]]:
    found = []
    for part in header[:500].split(","):
        tag, _mark, weight = part.partition(";q=")
        weight = weight.strip()
        found.append((tag.strip().split("-")[0].lower(), weight if weight.replace(".", "", 1).isdigit() else ""))
    return found


# --- how it refuses --------------------------------------------------------------------------------
TITLES: Mapping[int, Any] = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("Log in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Not possible here"),
    409: gettext_lazy("Not yet"),
    410: gettext_lazy("The evidence is damaged"),
    413: gettext_lazy("Too large"),
    422: gettext_lazy("The input does not fit"),
    500: gettext_lazy("Something went wrong on our side"),
}
DETAILS: Mapping[int, Any] = {
    400: gettext_lazy("The body is not what its headers say. Check the JSON or the multipart form."),
    401: gettext_lazy("Send a valid token in the header Authorization, or log in on the screens."),
    403: gettext_lazy("None of your roles allows this. Ask your administrator."),
    404: gettext_lazy("There is nothing here that you may see."),
    405: gettext_lazy("This address does not take this method. The header Allow names those that it takes."),
    413: gettext_lazy("The request is larger than this desk accepts. Split it."),
    422: gettext_lazy("Every field that does not fit is listed under errors."),
    500: gettext_lazy("It was recorded. Try again, or tell your administrator when it happened."),
}


def problem(status: int, detail: Any = "", errors: Sequence[Mapping[str, Any]] = ()) -> HttpResponse:
    """A problem object (RFC 9457) in the language of this request."""
    body = {
        "type": "about:blank",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": str(detail or DETAILS.get(status, "")),
        "errors": [{name: str(value) for name, value in error.items()} for error in errors],
    }
    response = Response(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="turs"'
    return response


WORDS: Mapping[str, Any] = {
    "missing": gettext_lazy("This field is needed."),
    "extra_forbidden": gettext_lazy("There is no field with this name."),
    "enum": gettext_lazy("This is not one of the possible values."),
    "literal_error": gettext_lazy("This is not one of the possible values."),
    "uuid_parsing": gettext_lazy("This is not an id."),
    "string_too_short": gettext_lazy("This is too short."),
    "string_too_long": gettext_lazy("This is too long."),
    "int_parsing": gettext_lazy("This is not a whole number."),
    "bool_parsing": gettext_lazy("This is not yes or no."),
    "greater_than_equal": gettext_lazy("This number is too small."),
    "less_than_equal": gettext_lazy("This number is too large."),
    "datetime_from_date_parsing": gettext_lazy("This is not a date and time of ISO 8601."),
    "datetime_parsing": gettext_lazy("This is not a date and time of ISO 8601."),
    "string_unicode": gettext_lazy("This text has characters that cannot be stored."),
}
"""What pydantic calls an error, in words of ours. All other kinds say that the value is not valid."""


def _words(error: Mapping[str, Any]) -> Any:
    inner = error.get("ctx", {}).get("error")
    if inner == "nul":
        return WORDS["string_unicode"]
    return WORDS.get(error["type"], _("This value is not valid."))


def _invalid_shape(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    errors = [
        {"place": ".".join(str(part) for part in error["loc"])[:200], "code": error["type"], "message": _words(error)}
        for error in exc.errors
    ]
    return problem(422, errors=errors)


def _invalid(request: HttpRequest, exc: Invalid) -> HttpResponse:
    return problem(422, errors=[{"place": exc.place, "code": exc.code, "message": exc.message}])


def _refused(request: HttpRequest, exc: Refused) -> HttpResponse:
    return problem(422, exc, [{"place": getattr(exc, "field", "body"), "code": "refused", "message": exc}])


def _blocked(request: HttpRequest, exc: Blocked) -> HttpResponse:
    errors = [{"place": item.anchor, "code": item.code, "message": item.words} for item in exc.blockers]
    return problem(409, " ".join(str(item.words) for item in exc.blockers), errors)


def _damaged(request: HttpRequest, exc: Exception) -> HttpResponse:
    log.error("evidence damaged path=%r", request.path)
    return problem(
        410, _("The stored bytes are missing or no longer those that were collected. Tell your administrator.")
    )


def _http(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return problem(exc.status_code, exc if exc.status_code == 403 else "")


def _unexpected(request: HttpRequest, exc: Exception) -> HttpResponse:
    log.exception("api failed method=%s path=%r", request.method, request.path)
    return problem(500)


def _says(status: int) -> Callable[[HttpRequest, Exception], HttpResponse]:
    return lambda request, exc: problem(status)


REFUSALS: Mapping[type[Exception], Callable[..., HttpResponse]] = {
    AuthenticationError: _says(401),
    PermissionDenied: _says(403),
    Http404: _says(404),
    Blocked: _blocked,
    RequestDataTooBig: _says(413),
    TooManyFieldsSent: _says(413),
    TooManyFilesSent: _says(413),
    Refused: _refused,
    Invalid: _invalid,
    ValidationError: _invalid_shape,
    MultiPartParserError: _says(400),
    UnreadablePostError: _says(400),
    BadRequest: _says(400),
    SuspiciousOperation: _says(400),
    HttpError: _http,
    Damaged: _damaged,
    FileNotFoundError: _damaged,
    Exception: _unexpected,
}


# --- the API ---------------------------------------------------------------------------------------
class Arabic(JSONRenderer):
    """JSON with letters as they are, not as numbers: half the bytes for Arabic."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}
    encoder_class = NinjaJSONEncoder


class Api(NinjaAPI):
    """django-ninja, with answers that name their language and refusals of their own media type."""

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, *args, **kwargs)
        response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        return response

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The room and the name of the operation: clients are made from it, so files below ``api`` may move."""
        room, _mark, _file = operation.view_func.__module__.partition(".api")
        return f"{room}.api.{operation.view_func.__name__}".replace(".", "_")

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {PROBLEM: answer["content"].popitem()[1]}
        return schema


TAGS: Sequence[tuple[str, Any]] = (
    ("coalition", gettext_lazy("Who is who")),
    ("collect", gettext_lazy("Bringing content in")),
    ("postings", gettext_lazy("Postings, their evidence and examinations")),
    ("review", gettext_lazy("Cases and decisions")),
    ("knowledge", gettext_lazy("Banks and term lists")),
    ("ledger", gettext_lazy("The ledger")),
)
"""Chapters of the reference, in the order of the chain."""

api = Api(
    title="Turs",
    version=__version__,
    urls_namespace="api",
    description=gettext_lazy(
        "Everything that the screens do, for programs. One id names a posting from its import to the ledger. What you "
        "may not see is not found; what your roles do not allow is refused with 403; what the rules of review do not "
        "allow yet is refused with 409 and every reason."
    ),
    auth=[Token(), Session()],
    docs_url=None,
    renderer=Arabic(),
    openapi_extra={"tags": [{"name": name, "description": words} for name, words in TAGS]},
)
for _kind, _answer in REFUSALS.items():
    api.add_exception_handler(_kind, _answer)
for _router in (coalition.router, *content.collecting, *content.reading, review.router, *content.curating):
    api.add_router("", _router)
api.add_router("/ledger", coalition.oversight)


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view`, open to programs: speaks the caller's language, refuses what is too large before reading it."""

    def entered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with translation.override(_wanted_language(request) or translation.get_language()):
            if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_UPLOAD_BYTES + SLACK:
                return problem(413)
            response = view(request, **kwargs)
            if response.status_code == 405:
                allowed = response.headers["Allow"]
                response = problem(405)
                response.headers["Allow"] = allowed
            return response

    entered.login_required = False  # type: ignore[attr-defined]
    entered.csrf_exempt = True  # type: ignore[attr-defined]
    return entered


def _schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, to whoever may enter."""
    if (refusal := _refusal(request)) is not None:
        return refusal
    return Response(api.get_openapi_schema())


def _nothing(request: HttpRequest) -> HttpResponse:
    """Every other address: a problem object, not a page."""
    return _refusal(request) or problem(404)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    try:
        for way_in in (Token(), Session()):
            if way_in(request):
                return None
    except Exception as exc:
        return api.on_exception(request, exc)
    return problem(401)


def reference(request: HttpRequest) -> HttpResponse:
    """The reference as a page: our own, since Swagger's neither reads from right to left nor speaks Arabic."""
    found = {
        "chapters": chapters(),
        "about": api.description,
        "root": request.build_absolute_uri(reverse("api:api-root")),
    }
    return render(request, "api/reference.html", found)


def chapters() -> list[dict[str, Any]]:
    """The OpenAPI document as the reference page shows it: chapter by chapter, operation by operation."""
    schema = api.get_openapi_schema()
    found: dict[str, dict[str, Any]] = {name: {"name": name, "words": words, "operations": []} for name, words in TAGS}
    for address, operations in schema["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]]["operations"].append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "address": address,
                    "summary": operation["summary"],
                    "description": operation["description"],
                    "fields": [*map(_parameter, operation["parameters"]), *_body(operation, schema)],
                    "answers": [
                        {"status": status, "shape": _shape(answer), "words": TITLES.get(int(status), "")}
                        for status, answer in operation["responses"].items()
                    ],
                }
            )
    return list(found.values())


def _parameter(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": item["name"], "place": item["in"], "required": item["required"], "kind": _kind_of(item["schema"])}


def _body(operation: Mapping[str, Any], schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    content_of = operation.get("requestBody", {}).get("content", {})
    fields: list[dict[str, Any]] = []
    for shape in content_of.values():
        inner = shape["schema"]
        if "$ref" in inner:
            inner = schema["components"]["schemas"][inner["$ref"].rsplit("/", 1)[-1]]
        required = inner.get("required", [])
        fields += [
            {"name": name, "place": "body", "required": name in required, "kind": _kind_of(kind)}
            for name, kind in inner.get("properties", {}).items()
        ]
    return fields


def _shape(answer: Mapping[str, Any]) -> str:
    for shape in answer.get("content", {}).values():
        return _kind_of(shape["schema"])
    return ""


def _kind_of(shape: Mapping[str, Any]) -> str:
    """A schema in a word or two, as programmers read it."""
    if "$ref" in shape:
        return str(shape["$ref"]).rsplit("/", 1)[-1]
    for several in ("anyOf", "allOf", "oneOf"):
        if several in shape:
            return " | ".join(_kind_of(part) for part in shape[several])
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"])
    if "const" in shape:
        return str(shape["const"])
    if shape.get("type") == "array":
        return f"[{_kind_of(shape.get('items', {}))}]"
    return str(shape.get("format") or shape.get("type") or "any")


def addresses() -> list[URLPattern]:
    """Every address below ``/api/v1/``."""
    operations = [
        path(str(pattern.pattern), _door(pattern.callback), name=pattern.name)
        for pattern in api.urls[0]
        if isinstance(pattern, URLPattern) and pattern.name not in {"openapi-json", "api-root"}
    ]
    root = [pattern for pattern in api.urls[0] if getattr(pattern, "name", "") == "api-root"]
    return [
        *operations,
        path("openapi.json", _door(_schema), name="openapi-json"),
        path("docs", reference, name="docs"),
        *[path("", _door(_nothing), name=pattern.name) for pattern in root],
        re_path(r"^[\s\S]+\Z", _door(_nothing), name="nothing"),
    ]


urls = (addresses(), "api", "api")
