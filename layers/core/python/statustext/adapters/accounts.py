"""Which channel an account of a carrier has: the deployment's, or a page's own at Twilio."""

from collections.abc import Mapping

from statustext.adapters.channel import Channel, Listing
from statustext.adapters.page_secrets import read_page_secret
from statustext.adapters.secret_store import Secrets, TwilioLogin
from statustext.adapters.twilio_gateway import TwilioGateway
from statustext.adapters.twilio_http import TwilioHttp
from statustext.domain.carrier import Account, Carrier
from statustext.domain.page import Page


class Accounts:
    """Channels as one invocation finds them. `others` are the deployment's of other carriers than
    Twilio. A page's own account is called by what that page's secret holds, and no other's."""

    def __init__(
        self, secrets: Secrets, http: TwilioHttp, others: Mapping[Carrier, Channel]
    ) -> None:
        self._secrets = secrets
        self._http = http
        self._others = others
        self._twilio: dict[tuple[str, str, str], TwilioGateway | None] = {}

    def channel_of(self, page: Page, account: Account) -> Channel | None:
        """What texts by an account; None where there is none, or no key to it any more."""
        if account.carrier is Carrier.TWILIO:
            return self._gateway(page, account.sid)
        return self._others.get(account.carrier)

    def listing_of(self, page: Page, account: Account) -> Listing | None:
        """What an account accepted, of one that can be asked."""
        return self._gateway(page, account.sid) if account.carrier is Carrier.TWILIO else None

    def _gateway(self, page: Page, sid: str) -> TwilioGateway | None:
        name = (page.id, page.provider_secret, sid) if sid else ("", "", "")
        if name not in self._twilio:
            login = self._login(page, sid) if sid else self._secrets.twilio_login()
            self._twilio[name] = TwilioGateway(login, self._http, sid) if login else None
        return self._twilio[name]

    def _login(self, page: Page, sid: str) -> TwilioLogin | None:
        if not page.provider_secret:
            return None
        return read_page_secret(self._secrets.of_page(page.id, page.provider_secret)).login(sid)
