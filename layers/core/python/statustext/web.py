"""The HTTP edge: API Gateway's events in, answers out, every error in one shape.

`{"error": {"code": "snake_case", "message": "One sentence that says what to do."}}`, with `fields`
naming the fields at fault.
"""

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters.api_keys import find_api_key
from statustext.adapters.dynamodb import Table
from statustext.body_formats import read_form, read_json
from statustext.domain.api_key import ApiKey, Kind, Scope
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.invocation import is_request, wrong_event
from statustext.observability import count, log_failure, logger
from statustext.request_limit import MOST, wait_of
from statustext.routing import Api, Response
from statustext.safe_headers import SAFE_HEADERS

if TYPE_CHECKING:
    from statustext.validation import Model

MAX_BODY = 64 * 1024
MOST_PAGES = 100_000
LONGEST_SEARCH = 200
LONGEST_KEY = 200
"""Characters; a longer one is nobody's, and is not asked for."""


CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,X-Amz-Date,"
    "X-Amz-Security-Token,X-Api-Key",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "3600",
}


class _Api(Api):
    """Routes by the path within the API: behind a custom domain's base path mapping API Gateway
    gives the path as it was called, `/base/subscriptions` for the resource `/subscriptions`."""

    def resolve(self, event: Mapping[str, Any]) -> dict[str, Any]:
        answered = super().resolve(_without_suffix(_without_base_path(event)))
        given = answered["multiValueHeaders"]
        unless_said = {**SAFE_HEADERS, "Cache-Control": "no-store"}
        answered["multiValueHeaders"] = {**{k: [v] for k, v in unless_said.items()}, **given}
        return answered


def _without_base_path(event: Mapping[str, Any]) -> Mapping[str, Any]:
    resource = str(event.get("resource") or "").split("/")[1:]
    path = str(event.get("path") or "").split("/")
    tail = path[-len(resource) :]
    if len(tail) != len(resource) or not all(
        asked == known or known.startswith("{") for asked, known in zip(tail, resource, strict=True)
    ):
        return event
    return {**event, "path": "/" + "/".join(tail)}


def _without_suffix(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Statuspage's paths may end in .json; it says nothing, as there is no other format."""
    path = str(event.get("path") or "")
    if not path.startswith("/v1/") and "/api/v2/" not in path:
        return event
    return {**event, "path": path.removesuffix(".json")}


def public_api() -> Api:
    """Routes that browsers on any status page may call."""
    return _with_error_answers(_Api(CORS))


def private_api() -> Api:
    """Routes for operators and for Twilio, who are no browsers."""
    return _with_error_answers(_Api())


def _with_error_answers(app: Api) -> Api:
    @app.exception_handler(RejectedError)
    def rejected(error: RejectedError) -> Response[str]:
        return error_answer(error)

    @app.exception_handler(ClientError, BotoCoreError, ConditionFailedError, RacedError)
    def of_aws(error: Exception) -> Response[str]:
        return error_answer(unavailable(app, error))

    @app.not_found
    def not_found() -> Response[str]:
        return error_answer(
            RejectedError(404, "not_found", "There is no such route; see /openapi.json.")
        )

    return app


def unavailable(app: Api, error: Exception) -> RejectedError:
    """What a caller is told where AWS did not do its part, which is logged."""
    log_failure("AWS did not do its part", error, {"path": app.current_event.resource})
    return RejectedError(
        503,
        "unavailable",
        "This did not work just now; try again in a few seconds.",
        headers={"Retry-After": "5"},
    )


def resolve(app: Api, event: Any, _context: Any) -> dict[str, Any]:
    """The answer to a request of API Gateway's, whose id correlates the log lines about it."""
    if not is_request(event):
        return wrong_event("requests of API Gateway")
    logger.set_correlation_id(event["requestContext"]["requestId"])
    return app.resolve(event)


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A JSON answer that no cache keeps."""
    return Response(
        status_code=status,
        content_type="application/json",
        body=json.dumps(body, ensure_ascii=False, default=str),
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def nothing() -> Response[str]:
    """204. API Gateway calls an answer JSON that does not say what it is, and clients of
    Statuspage then read what is not there."""
    return Response(204, content_type="text/plain", headers={"Cache-Control": "no-store"})


def error_answer(error: RejectedError) -> Response[str]:
    """The answer an error asks for."""
    told: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.fields:
        told["fields"] = error.fields
    return answer(error.status, {"error": told}, error.headers)


def read_body(app: Api, model: "type[Model]", as_shown: Mapping[str, Any] | None = None) -> "Model":
    """The request's JSON or form body as `model`. What is as it is shown is passed over, in the
    body or in its one object: clients send back what they read.

    Raises RejectedError: 413 too large, 415 another media type, 400 unreadable, 422 with the
    fields at fault. What was sent is not repeated in the answer.
    """
    given = read_fields(app)
    return checked(_without(as_shown, given) if as_shown else given, model)


def checked(given: Any, model: "type[Model]") -> "Model":
    """What was read, as `model`. Raises RejectedError 422 with the fields at fault."""
    from statustext.validation import validated  # pydantic: Twilio's webhook reads no such body

    return validated(given, model)


def read_fields(app: Api) -> Any:
    """The request's JSON or form body, unchecked. Raises RejectedError 400, 413 and 415."""
    text = read_text(app)
    media_type = (header(app, "Content-Type") or "application/json").partition(";")[0]
    try:
        match media_type.strip().lower():
            case "application/json":
                return read_json(text)
            case "application/x-www-form-urlencoded" if text.lstrip().startswith("{"):
                return read_json(text)  # `curl -d '{…}'` says so when told nothing else
            case "application/x-www-form-urlencoded":
                return read_form(text)
            case _:
                raise RejectedError(
                    415, "unsupported_media_type", "Send application/json or a form-encoded body."
                )
    except ValueError as error:
        raise _unreadable(str(error)) from None


def read_text(app: Api, most: int = MAX_BODY) -> str:
    """The request's body as text, of at most so many bytes. Raises RejectedError 400 and 413."""
    try:
        text = app.current_event.decoded_body or ""
        size = len(text.encode())
    except (ValueError, UnicodeError):
        raise _unreadable("The body cannot be read; send it in UTF-8.") from None
    if size > most:
        raise too_large(most)
    return text


def _without(shown: Mapping[str, Any], given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {
        name: _without(shown, value) if isinstance(value, dict) and len(given) == 1 else value
        for name, value in given.items()
        if name not in shown or (type(value), value) != (type(shown[name]), shown[name])
    }


def read_optional_body(app: Api, model: "type[Model]") -> "Model":
    """The same, where no body at all is an object without fields."""
    if app.current_event.body:
        return read_body(app, model)
    from statustext.validation import validated

    return validated({}, model)


def too_large(most: int = MAX_BODY) -> RejectedError:
    """A body of more than so many bytes."""
    return RejectedError(413, "body_too_large", f"Send at most {most} bytes.")


def _unreadable(sentence: str) -> RejectedError:
    return RejectedError(400, "unreadable_body", sentence)


def header(app: Api, name: str) -> str | None:
    """A header, whatever the case it was sent in."""
    headers = app.current_event.headers
    return next((v for k, v in headers.items() if k.lower() == name.lower()), None)


def is_plain_form(app: Api) -> bool:
    """Whether a plain form was sent, whose answer a browser shows to a person."""
    sent = (header(app, "Content-Type") or "").partition(";")[0].strip().lower()
    is_form = sent == "application/x-www-form-urlencoded"
    return is_form and "text/html" in (header(app, "Accept") or "")


def subscriber_id_in(path: str) -> str:
    """The id in a path; what cannot be one becomes an id that nobody has, and is answered so."""
    return path if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", path) else "nobody"


def query(app: Api, name: str) -> str | None:
    """A query parameter, or None."""
    return app.current_event.query_string_parameters.get(name)


def require_known_query(app: Api, *names: str) -> None:
    """Refuse parameters that nothing here reads: a list that ignores `page` never ends, and a
    misspelt `erase` would remove somebody without erasing them.

    Raises RejectedError 422 with the name that was meant.
    """
    given = app.current_event.query_string_parameters
    unknown = [name for name in given if name not in (*names, "api_key")]
    if not unknown:
        return
    from statustext.validation import close_to  # pydantic comes with it

    name = unknown[0] if unknown[0].isidentifier() else "(unknown)"
    raise RejectedError(
        422,
        "unknown_parameter",
        f"There is no parameter {name[:40]} here{close_to(name, names).rstrip('?')}.",
        fields={name[:40]: "is no parameter here"},
    )


def source_address(app: Api) -> str:
    """Who called, as API Gateway saw it. Never a header: those the caller writes."""
    return app.current_event.source_address


def require_key(
    app: Api,
    table: Table,
    scope: Scope,
    page: str | None = None,
    reads: Sequence[str] = (),
    *,
    of_any_kind: bool = False,
    presented: str | None = None,
) -> ApiKey:
    """The operator's key that came with the request, good for `scope`; for `page`, where given.
    The query holds no parameter but those that the route `reads`.

    The key comes in X-API-Key, in the query as api_key, or in Authorization behind Bearer or OAuth,
    as Statuspage's clients send it; or it was `presented` in the path. What changes something needs
    a live key, unless one `of_any_kind` will do. Raises RejectedError: 401 for none, an unknown and
    an ended one, 403 for another page's and for one that may do less, 422 for a parameter that is
    not read, 429 or Statuspage's 420 after too many requests; single texts have limits of their
    own.
    """
    presented = presented or _presented_key(app)
    if not presented:
        raise _unauthorized("missing_key", "Send your key in the X-API-Key header.")
    key = find_api_key(table, presented) if len(presented) <= LONGEST_KEY else None
    if key is None:
        count("UnknownKey")
        raise _unauthorized("unknown_key", "There is no such key; check that it is whole.")
    if not key.is_good(time.time()):
        count("EndedKey")
        raise _unauthorized("ended_key", "This key expired or was revoked; use another.")
    if not of_any_kind:
        _require_room(app, key)
    if page is not None and key.page_id != page:
        raise RejectedError(403, "wrong_page", "This key is another page's; use one of this page.")
    if not key.may(scope):
        raise RejectedError(
            403, "scope_too_small", f"This needs a key of scope {scope}; yours has {key.scope}."
        )
    if scope is not Scope.READ and key.kind is not Kind.LIVE and not of_any_kind:
        sentence = f"This needs a live key; a {key.kind} key only reads, and orders single texts."
        raise RejectedError(403, "live_key_needed", sentence)
    require_known_query(app, *reads)
    return key


def _require_room(app: Api, key: ApiKey) -> None:
    wait = wait_of(key.id, time.time())
    if not wait:
        return
    count("KeyBusy")
    scheme = (header(app, "Authorization") or "").strip().partition(" ")[0].lower()
    is_statuspages = scheme == "oauth" and app.current_event.resource.startswith("/v1/")
    raise RejectedError(
        420 if is_statuspages else 429,
        "too_many_requests",
        f"Your key made more than {MOST} requests in a minute; try again in {wait} seconds.",
        headers={"Retry-After": str(wait)},
    )


def _presented_key(app: Api) -> str:
    if key := header(app, "X-API-Key"):
        return key
    if key := query(app, "api_key"):
        return key
    scheme, _, key = (header(app, "Authorization") or "").strip().partition(" ")
    return key.strip() if scheme.lower() in ("bearer", "oauth") else ""


def _unauthorized(code: str, message: str) -> RejectedError:
    headers = {"WWW-Authenticate": 'ApiKey realm="statustext"'}
    return RejectedError(401, code, message, headers=headers)


def bounded_int(given: str | None, default: int, most: int, least: int = 1) -> int:
    """A number in a query, from `least` to `most`. Raises RejectedError 422."""
    if given is None:
        return default
    is_number = given.isascii() and given.isdigit() and len(given) < 10
    if not (is_number and least <= int(given) <= most):
        raise RejectedError(422, "invalid_request", f"Send a number from {least} to {most}.")
    return int(given)


def part_of_list(app: Api, size: str, most: int, default: int, *, first: int = 1) -> slice:
    """Which part of a list is asked for by `page`, whose `first` has that number, and the parameter
    named `size`."""
    limit = bounded_int(query(app, size), default, most)
    start = limit * (bounded_int(query(app, "page"), first, MOST_PAGES, least=first) - first)
    return slice(start, start + limit)


def words_of_search(app: Api) -> str:
    """The `q` of a list, "" for none. Raises RejectedError 422 where it is too long."""
    words = query(app, "q") or ""
    if len(words) > LONGEST_SEARCH:
        sentence = f"q must have at most {LONGEST_SEARCH} characters."
        raise RejectedError(422, "invalid_request", sentence)
    return words


def require_choice(app: Api, name: str, choices: Sequence[str]) -> None:
    """A query parameter that is absent or one of `choices`. Raises RejectedError 422."""
    if query(app, name) not in (None, *choices):
        raise RejectedError(422, "invalid_request", f"{name} must be one of {', '.join(choices)}.")


def idempotency_key(app: Api) -> str | None:
    """The Idempotency-Key header, or None. Raises RejectedError 422 for one that is too long."""
    key = header(app, "Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 255:
        raise RejectedError(
            422, "invalid_idempotency_key", "Send an Idempotency-Key of 1 to 255 characters."
        )
    return key
