"""Which addresses that strangers give may be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.endpoint import (
    LONGEST_URL,
    NAME,
    UnusableEndpointError,
    is_for_strangers,
    parse_endpoint,
)

NOT_PUBLIC = [
    "0.0.0.1", "0.1.2.3", "0.255.255.255", "10.0.0.0", "10.1.2.3", "10.255.255.255", "100.64.0.0",
    "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.0.0.53",
    "127.1.2.3", "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.0.1",
    "169.254.169.254", "169.254.169.253", "169.254.169.123", "169.254.170.2", "169.254.170.23",
    "169.254.255.255", "172.16.0.0", "172.16.0.1", "172.17.0.1", "172.20.10.1", "172.31.255.255",
    "192.0.0.0", "192.0.0.1", "192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.0.192",
    "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.31.196.1", "192.52.193.1", "192.88.99.0",
    "192.88.99.1", "192.88.99.255", "192.168.0.0", "192.168.0.1", "192.168.1.1", "192.168.255.255",
    "192.175.48.1", "198.18.0.0", "198.18.0.1", "198.19.255.255", "198.51.100.0", "198.51.100.255",
    "203.0.113.0", "203.0.113.255", "224.0.0.0", "224.0.0.1", "224.0.1.1", "232.1.1.1",
    "239.255.255.250", "239.255.255.255", "240.0.0.0", "240.0.0.1", "250.1.2.3", "255.255.255.254",
    "255.255.255.255", "::", "::1", "::2", "0:0:0:0:0:0:0:1", "::127.0.0.1", "::10.0.0.1",
    "::8.8.8.8", "::a9fe:a9fe", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:192.168.1.1", "::ffff:8.8.8.8", "::ffff:7f00:1", "0:0:0:0:0:ffff:a00:1",
    "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "64:ff9b:1::10.0.0.1",
    "64:ff9b:1:ffff::", "100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:0:7f00:1::", "2001:2::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:20::1",
    "2001:2f:ffff::1", "2001:30::1", "2001:1ff:ffff::1", "2001:db8::", "2001:db8::1",
    "2001:db8:ffff:ffff::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::",
    "2002:c0a8:101::1", "2002:808:808::1", "2620:4f:8000::1", "3fff::1", "3fff:fff:ffff::1",
    "4000::1", "5f00::1", "6000::1", "8000::1", "a000::1", "c000::1", "e000::1", "fc00::1",
    "fd00::1", "fd00:ec2::254", "fd12:3456:789a::1", "fdff:ffff::1", "fe00::1", "fe80::1",
    "fe80::1%eth0", "fe80::a9fe:a9fe", "febf::1", "fec0::1", "feff::1", "ff00::1", "ff01::1",
    "ff02::1", "ff02::fb", "ff05::2", "ff0e::1", "ffff::1", "2606:4700::1111%eth0",
]  # fmt: skip

NO_ADDRESSES = [
    "", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "010.0.0.1", "1.2.3", "8.8.8.8.8",
    "8.8.8.8 ", "256.1.1.1", ":::", "[::1]", "8.8.8.8/32", "٨.٨.٨.٨",
]  # fmt: skip

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "52.95.110.1", "100.63.255.255",
    "100.128.0.0", "126.255.255.255", "128.0.0.1", "168.63.129.15", "168.63.129.17",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
    "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2000::1",
    "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2003::1", "2600:1f18::1",
    "2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "3ffe::1",
]  # fmt: skip


@pytest.mark.parametrize("address", ["0.0" + ".0.0", *NOT_PUBLIC, *NO_ADDRESSES])
def test_no_address_inside_a_network_is_called(address: str) -> None:
    assert not is_for_strangers(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_internet_are_called(address: str) -> None:
    assert is_for_strangers(address)


def test_a_local_run_calls_its_own_machine_at_one_address_only() -> None:
    assert is_for_strangers("127.0.0.1", is_local_run=True)
    refused = [one for one in NOT_PUBLIC if one != "127.0.0.1"]
    assert not [one for one in refused if is_for_strangers(one, is_local_run=True)]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.com", "https://example.com/"),
        ("https://example.com/", "https://example.com/"),
        ("HTTPS://Example.COM:443/Hook?a=B", "https://example.com/Hook?a=B"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("https://xn--bcher-kva.example/x", "https://xn--bcher-kva.example/x"),
        ("https://a.xn--p1ai/", "https://a.xn--p1ai/"),
        ("https://my_hooks.example.com/", "https://my_hooks.example.com/"),
        ("https://example.com?a=b", "https://example.com/?a=b"),
        ("https://example.com/x?", "https://example.com/x?"),
        ("https://example.com//x//", "https://example.com//x//"),
        ("https://example.com/@here:80/", "https://example.com/@here:80/"),
    ],
)
def test_an_endpoint_has_one_spelling(written: str, url: str) -> None:
    assert parse_endpoint(written).url == url
    assert parse_endpoint(url).url == url


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "invalid_endpoint"),
        ("example.com/hook", "not_https"),
        ("//example.com/hook", "not_https"),
        ("http://example.com/hook", "not_https"),
        ("http://127.0.0.1/hook", "not_https"),
        ("ftp://example.com/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("gopher://example.com/", "not_https"),
        ("javascript:alert(1)", "not_https"),
        ("https://", "host_not_a_name"),
        ("https:///x", "host_not_a_name"),
        ("https:example.com", "host_not_a_name"),
        ("https://localhost/", "host_not_a_name"),
        ("https://metadata/", "host_not_a_name"),
        ("https://8.8.8.8/", "host_not_a_name"),
        ("https://127.0.0.1/", "host_not_a_name"),
        ("https://127.1/", "host_not_a_name"),
        ("https://0x7f000001/", "host_not_a_name"),
        ("https://0x7f.1/", "host_not_a_name"),
        ("https://017700000001/", "host_not_a_name"),
        ("https://2130706433/", "host_not_a_name"),
        ("https://[::1]/", "host_not_a_name"),
        ("https://[::ffff:127.0.0.1]/", "host_not_a_name"),
        ("https://[fe80::1%25eth0]/", "host_not_a_name"),
        ("https://example.com./", "host_not_a_name"),
        ("https://.example.com/", "host_not_a_name"),
        ("https://exa..mple.com/", "host_not_a_name"),
        ("https://-a.example.com/", "host_not_a_name"),
        ("https://example.123/", "host_not_a_name"),
        ("https://" + "a" * 64 + ".com/", "host_not_a_name"),
        ("https://" + "a." * 130 + "com/", "host_not_a_name"),
        ("https://exam%70le.com/", "host_not_a_name"),
        ("https://example.com;a/", "host_not_a_name"),
        ("https://user@example.com/", "login_in_endpoint"),
        ("https://user:secret@example.com/", "login_in_endpoint"),
        ("https://@example.com/", "login_in_endpoint"),
        ("https://good.example@evil.example/", "login_in_endpoint"),
        ("https://example.com:80/", "port_not_allowed"),
        ("https://example.com:22/", "port_not_allowed"),
        ("https://example.com:0/", "port_not_allowed"),
        ("https://example.com:6379/", "port_not_allowed"),
        ("https://example.com:65536/", "invalid_endpoint"),
        ("https://example.com:x/", "invalid_endpoint"),
        ("https://example.com:-1/", "invalid_endpoint"),
        ("https://[::1", "invalid_endpoint"),
        ("https://example.com/#x", "fragment_in_endpoint"),
        ("https://example.com#@evil.example/", "fragment_in_endpoint"),
        ("https://example.com\\@evil.example/", "invalid_endpoint"),
        ("https://example.com/a b", "invalid_endpoint"),
        ("https://example.com/\r\nX: y", "invalid_endpoint"),
        ("https://example.com/\x00", "invalid_endpoint"),
        ("https://example.com/\t", "invalid_endpoint"),
        (" https://example.com/", "invalid_endpoint"),
        ("https://bücher.example/", "invalid_endpoint"),
        ("https://example。com/", "invalid_endpoint"),
        ("https://example.com/" + "a" * LONGEST_URL, "invalid_endpoint"),
    ],
)
def test_what_must_not_be_called_says_why(written: str, code: str) -> None:
    with pytest.raises(UnusableEndpointError) as refused:
        parse_endpoint(written)
    assert refused.value.code == code == str(refused.value)
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://127.0.0.1:9000/x", "https://127.0.0.1:9000/x"],
)
def test_a_local_run_calls_programs_on_its_machine(url: str) -> None:
    assert parse_endpoint(url, is_local_run=True).url == url


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.2/", "http://localhost/", "http://example.com/", "https://10.0.0.1/"],
)
def test_a_local_run_calls_no_other_machine_otherwise_than_a_deployed_one(url: str) -> None:
    with pytest.raises(UnusableEndpointError):
        parse_endpoint(url, is_local_run=True)


@given(st.text(alphabet="a1.-:/@[]#?%\\ é", max_size=12).map("https://".__add__))
def test_any_text_is_an_endpoint_with_a_full_name_or_refused(written: str) -> None:
    try:
        endpoint = parse_endpoint(written)
    except UnusableEndpointError:
        return
    assert endpoint.scheme == "https"
    assert endpoint.port in (443, 8443)
    assert NAME.fullmatch(endpoint.host)
    assert parse_endpoint(endpoint.url) == endpoint
