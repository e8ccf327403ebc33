"""What every answer tells a browser."""

SAFE_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer that does not say otherwise: a browser must neither guess its type, frame it, nor
tell others its address. https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html"""
