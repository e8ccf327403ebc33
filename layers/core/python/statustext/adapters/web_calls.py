"""Posts to subscribers' own addresses: webhooks, signed, and incoming webhooks of chats."""

from statustext.adapters.channel import Accepted, Text
from statustext.adapters.clock import Clock
from statustext.adapters.guarded_http import GuardedHttp, Verdict
from statustext.domain.carrier import Carrier
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.post import Post
from statustext.domain.webhook_signing import signed
from statustext.errors import OutcomeUnknownError, RefusedError

JSON = "application/json; charset=utf-8"


class WebCalls:
    """The web's implementation of Channel. It has no list: whoever receives tells a repeat by its
    id."""

    def __init__(self, http: GuardedHttp, clock: Clock) -> None:
        self._http = http
        self._clock = clock

    def send(self, text: Text) -> Accepted:
        """Post what an attempt is about. See Channel.send. It is delivered once it is accepted."""
        if text.post is None:
            raise ValueError("there is nothing to post")
        self.post(text.post)
        return Accepted(text.post.message, DeliveryStatus.DELIVERED)

    def post(self, post: Post) -> bytes:
        """Post once; how the answer begins.

        Raises RefusedError where it was certainly not accepted, which is also "later", as only this
        endpoint is slow; and OutcomeUnknownError where it may have been.
        """
        headers = {"Content-Type": JSON}
        if post.secrets:
            headers |= signed(post.secrets, post.message, post.body, self._clock.now())
        answer = self._http.post(post.url, post.body.encode(), headers)
        if answer.verdict is Verdict.ACCEPTED:
            return answer.body
        if answer.verdict is Verdict.UNKNOWN:
            raise OutcomeUnknownError(answer.reason, carrier=Carrier.WEB)
        asked = answer.retry_after or 0.0
        raise RefusedError(answer.reason, carrier=Carrier.WEB, retry_after=asked)
