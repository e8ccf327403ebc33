"""What an endpoint's refusal makes us do."""

import pytest

from statustext.adapters.carrier_errors import classify, consequence, sentence
from statustext.domain.carrier import Carrier, ErrorCode, error_in
from statustext.domain.refusal import ErrorClass, ForCircuit, Scope


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("http_410", ErrorClass.BAD_NUMBER),
        ("http_404", ErrorClass.ENDPOINT_DOWN),
        ("http_301", ErrorClass.ENDPOINT_DOWN),
        ("http_429", ErrorClass.ENDPOINT_DOWN),
        ("not_connected", ErrorClass.ENDPOINT_DOWN),
        ("address_not_public", ErrorClass.ENDPOINT_DOWN),
    ],
)
def test_a_refusal_speaks_of_its_endpoint_only(code: str, kind: ErrorClass) -> None:
    error = ErrorCode(Carrier.WEB, code)
    assert classify(error) is kind
    assert error_in(str(error)) == error
    assert consequence(error).scope is Scope.NUMBER
    assert consequence(error).circuit is ForCircuit.NONE
    assert sentence(error).endswith(".")
