"""How twilio's Client reaches the network: with a deadline, a pool, and nothing in the logs.

Twilio's own HTTP client has no time-out and logs numbers at INFO (twilio-python, http_client.py).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from statustext.adapters.deadlines import WHOLE_CALL, PromptResponse, within

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 8.0
TWILIO_API = "https://api.twilio.com"
TWILIO_MESSAGING = "https://messaging.twilio.com"


class _Connection(HTTPConnection):
    response_class = PromptResponse


class _TlsConnection(HTTPSConnection):
    response_class = PromptResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _PromptAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


class TwilioHttp(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """One pooled session. `api_url` replaces Twilio's addresses where it is not empty.

    Nothing is retried here: only the send protocol knows whether a repeat is safe. An answer that
    is not whole after WHOLE_CALL seconds is none.
    """

    def __init__(
        self, api_url: str = "", pool_size: int = 10, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(None, False, None)
        self._api_url = api_url
        self._clock = clock
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _PromptAdapter(pool_maxsize=pool_size, max_retries=0))

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
        for its_own in (TWILIO_API, TWILIO_MESSAGING) if self._api_url else ():
            if uri.startswith(its_own):
                uri = self._api_url + uri[len(its_own) :]
        if timeout is not None and timeout <= 0:
            raise TwilioException("A time-out must be positive.")  # as twilio's own client
        given: dict[str, Any] = {"params": params, "data": data, "headers": headers, "auth": auth}
        with within(WHOLE_CALL, self._clock):
            answer = self._session.request(
                method.upper(),
                uri,
                **given,
                timeout=(CONNECT_TIMEOUT, timeout or READ_TIMEOUT),
                allow_redirects=allow_redirects,
            )
        return Response(answer.status_code, answer.text, answer.headers)

    def lines(self, url: str) -> Iterator[str]:
        """The lines of a file that Twilio gave the address of, as they come, without credentials.
        Raises requests' own exceptions, for another status than 200 as well."""
        timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
        with self._session.get(url, stream=True, timeout=timeout, allow_redirects=False) as answer:
            answer.raise_for_status()
            answer.encoding = "utf-8"
            for line in answer.iter_lines(64 * 1024, decode_unicode=True):
                yield str(line)
