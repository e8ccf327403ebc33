"""Messages that SNS posts: whether they are SNS's, and the visit that confirms a subscription."""

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from typing import Any

import urllib3

from statustext.domain.alerts.sns import certificate_url, signed_text, subscribe_url

LONGEST_ANSWER = 16 * 1024
"""Bytes; a certificate has 2,000."""
SECONDS = 3.0
KEPT = 8
"""Certificates in memory. SNS has one for each region, and changes it about once a year."""

Get = Callable[[str], bytes]
"""What stands at an address of SNS's, at most LONGEST_ANSWER bytes. Raises OSError."""

_certificates: dict[str, bytes] = {}


def get(url: str) -> bytes:
    """By HTTPS, without following redirects, within SECONDS."""
    try:
        with urllib3.PoolManager(retries=False, timeout=SECONDS) as pool:
            answer = pool.request("GET", url, preload_content=False, redirect=False)
            body = b""
            ends_at = time.monotonic() + SECONDS
            while len(body) < LONGEST_ANSWER and time.monotonic() < ends_at:
                piece = answer.read(LONGEST_ANSWER - len(body))
                if not piece:
                    break
                body += piece
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise OSError(type(error).__name__) from None
    if answer.status != 200:
        raise OSError(f"status {answer.status}")
    return body


def is_signed(message: Mapping[str, Any], get_by: Get) -> bool:
    """Whether SNS signed a message, by the certificate at SNS that it names, with RSA and SHA-1
    (version 1) or SHA-256 (version 2). Raises OSError where the certificate cannot be had."""
    url, text = certificate_url(message), signed_text(message)
    if url is None or text is None:
        return False
    try:
        signature = base64.b64decode(str(message.get("Signature")), validate=True)
    except (binascii.Error, ValueError):
        return False
    certificate = _certificates.get(url) or get_by(url)
    if not _verifies(certificate, signature, text.encode(), message.get("SignatureVersion")):
        return False
    if len(_certificates) < KEPT:
        _certificates[url] = certificate
    return True


def _verifies(certificate: bytes, signature: bytes, text: bytes, version: object) -> bool:
    # 12 MB that only a message of SNS's needs.
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256

    digest = {"1": SHA1(), "2": SHA256()}.get(str(version))  # noqa: S303  # SNS's own version 1
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
        if digest is None or not isinstance(key, RSAPublicKey):
            return False
        key.verify(signature, text, PKCS1v15(), digest)
    except (InvalidSignature, ValueError):
        return False
    return True


def confirm(message: Mapping[str, Any], get_by: Get) -> bool:
    """Confirm the subscription that a message asks to confirm, if it does; whether it did. It must
    be known to be signed. Raises OSError where SNS does not answer."""
    url = subscribe_url(message)
    if url is None:
        return False
    get_by(url)
    return True
