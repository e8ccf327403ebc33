"""Addresses on the web that strangers give us to call: which of them may be called.

Whoever names an address chooses where our requests go, also inside our own network: server-side
request forgery. https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network
from urllib.parse import urlsplit

LONGEST_URL = 2048
PORTS = {443, 8443}
THIS_MACHINE = "127.0.0.1"

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])")
"""A full name. Its last part has letters only, or resolvers would read 0x7f.1 and 2130706433 as
IPv4 addresses."""

_WRITTEN = re.compile(r"[!-\[\]-~]+")
"""Printable ASCII without the backslash, which browsers take for a slash and libraries do not."""

_NOT_FOR_STRANGERS_4 = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's own services, from inside its network
    )
)  # fmt: skip
"""https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. The addresses where
clouds tell a machine its credentials are in 169.254.0.0/16, 100.64.0.0/10 and 192.0.0.0/24."""

_UNICAST_6 = ip_network("2000::/3")
"""All that IANA gives out. Loopback, mapped, compatible and translated IPv4 addresses (64:ff9b::/96
among them), private, link-local, site-local and multicast ones are outside."""

_NOT_FOR_STRANGERS_6 = tuple(
    ip_network(one)
    for one in (
        "2001::/23",  # Teredo and ORCHID among others
        "2001:db8::/32",
        "2002::/16",  # 6to4, which holds any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
"""https://www.iana.org/assignments/iana-ipv6-special-registry"""


@dataclass(frozen=True)
class Endpoint:
    """An https address. `target` is its path and query. http only in a local run."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        """One spelling for all of the same endpoint."""
        usual = self.port == (443 if self.scheme == "https" else 80)
        return f"{self.scheme}://{self.host}{'' if usual else f':{self.port}'}{self.target}"


class UnusableEndpointError(ValueError):
    """An address that will not be called. `code` for machines, `message` in the caller's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


_UNREADABLE = UnusableEndpointError(
    "invalid_endpoint",
    "Give an address as in https://example.com/hooks, of at most 2048 characters, without blanks.",
)


def parse_endpoint(written: str, *, is_local_run: bool = False) -> Endpoint:
    """The endpoint somebody wrote. Raises UnusableEndpointError for what must not be called.

    A local run may call every port, and 127.0.0.1 by http too. Whether a name leads to an address
    that may be called is only known when it is resolved: `is_for_strangers`.
    """
    if len(written) > LONGEST_URL or not _WRITTEN.fullmatch(written):
        raise _UNREADABLE
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise _UNREADABLE from None
    host = (parts.hostname or "").lower()
    is_here = is_local_run and host == THIS_MACHINE
    if parts.scheme != "https" and not (is_here and parts.scheme == "http"):
        raise UnusableEndpointError("not_https", "The address must begin with https://.")
    if "@" in parts.netloc:
        raise UnusableEndpointError(
            "login_in_endpoint", "Leave the name and password out of the address."
        )
    if "#" in written:
        raise UnusableEndpointError(
            "fragment_in_endpoint", "Leave # and what follows it out of the address."
        )
    if not is_here and (len(host) > 253 or not NAME.fullmatch(host)):
        raise UnusableEndpointError(
            "host_not_a_name", "Give the host by its full name, as in hooks.example.com."
        )
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    elif not is_local_run and port not in PORTS:
        raise UnusableEndpointError("port_not_allowed", "Use port 443 or 8443.")
    query = f"?{parts.query}" if "?" in written else ""
    return Endpoint(parts.scheme, host, port, (parts.path or "/") + query)


def is_for_strangers(address: str, *, is_local_run: bool = False) -> bool:
    """Whether an IP address may be called for somebody whom we do not know.

    Only what is routed on the public Internet may, and nothing that carries another address in it.
    A local run may call 127.0.0.1 too.
    """
    try:
        if ":" not in address:
            four = IPv4Address(address)
            if is_local_run and address == THIS_MACHINE:
                return True
            return four.is_global and not any(four in one for one in _NOT_FOR_STRANGERS_4)
        six = IPv6Address(address)
    except AddressValueError:
        return False
    is_unicast = six in _UNICAST_6 and six.scope_id is None
    return is_unicast and six.is_global and not any(six in one for one in _NOT_FOR_STRANGERS_6)
