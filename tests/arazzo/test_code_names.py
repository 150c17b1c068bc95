"""Which activities of ours documents may have called."""

import pytest

from arazzo.code_names import is_named


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    ("name", "entry", "expected"),
    [
        ("payments.void_payment", "payments.void_payment", True),
        ("payments.void_payment", "payments.*", True),
        ("payments.void_payment", "payments.void", False),
        ("payments.void_payment", "tasks.*", False),
        ("backup_payments.charge_payment", "payments.*", False),
        ("payments_of_others.void", "payments.*", False),
        ("payments.void_payment", "*", False),
    ],
)
def test_a_document_has_the_code_that_is_named(name: str, entry: str, expected: bool) -> None:  # noqa: FBT001 - a column
    """By its whole name, or all of one service."""
    assert expected is is_named(name, [entry])
