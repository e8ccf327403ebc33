"""API Gateway's compression of answers, by an API's MinimumCompressionSize.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
"""

from __future__ import annotations

import gzip

from local.http_messages import HttpRequest, HttpResponse


def compressed(answer: HttpResponse, request: HttpRequest, smallest: int) -> HttpResponse:
    """The answer with gzip where the caller takes it, the body has `smallest` bytes or more, and
    the function has not compressed it by itself."""
    is_encoded = any(name.lower() == "content-encoding" for name, _ in answer.headers)
    if is_encoded or len(answer.body) < max(smallest, 1) or not _takes_gzip(request):
        return answer
    # The level of zlib's own choice; API Gateway does not say which it uses.
    body = gzip.compress(answer.body, 6, mtime=0)
    return HttpResponse(answer.status, body, (*answer.headers, ("Content-Encoding", "gzip")))


def _takes_gzip(request: HttpRequest) -> bool:
    """Whether Accept-Encoding names gzip, or anything, with no weight of 0 (RFC 9110, 12.5.3)."""
    for one in request.header("Accept-Encoding").lower().split(","):
        coding, *parameters = (part.replace(" ", "") for part in one.split(";"))
        refused = any(weight in ("q=0", "q=0.0", "q=0.00", "q=0.000") for weight in parameters)
        if coding in ("gzip", "*"):
            return not refused
    return False
