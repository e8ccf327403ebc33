"""How twilio's Client reaches the network: with time-outs, a pool, and nothing in the logs.

Twilio's own HTTP client has no time-out and logs numbers at INFO (twilio-python, http_client.py).
"""

from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 8.0
TWILIO_API = "https://api.twilio.com"


class TwilioHttp(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """One pooled session. `api_url` replaces https://api.twilio.com where it is not empty.

    Nothing is retried here: only the send protocol knows whether a repeat is safe.
    """

    def __init__(self, api_url: str = "", pool_size: int = 10) -> None:
        super().__init__(None, False, None)
        self._api_url = api_url
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=pool_size, max_retries=0))

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request. Raises requests' own exceptions where no answer came."""
        if self._api_url and uri.startswith(TWILIO_API):
            uri = self._api_url + uri[len(TWILIO_API) :]
        if timeout is not None and timeout <= 0:
            raise TwilioException("A time-out must be positive.")  # as twilio's own client
        given: dict[str, Any] = {"params": params, "data": data, "headers": headers, "auth": auth}
        answer = self._session.request(
            method.upper(),
            uri,
            **given,
            timeout=(CONNECT_TIMEOUT, timeout or READ_TIMEOUT),
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)
