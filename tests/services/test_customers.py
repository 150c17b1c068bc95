"""What three services know of a customer."""

import pytest

from tests.services.caller import Body, problem_of
from tests.standins import StandIns

KNOWN: dict[str, Body] = {
    "profiles/customers/C-1001": {"name": "Ada Lovelace", "tier": "gold"},
    "preferences/customers/C-1001": {"language": "en", "channel": "email"},
    "order_history/customers/C-1003/orders": {"orders": []},
}


@pytest.mark.parametrize("path", KNOWN)
async def test_a_customer_is_known(stand_ins: StandIns, path: str) -> None:
    """Each service answers its own part."""
    answer = await stand_ins.http.get(f"/{path}")

    assert KNOWN[path].items() <= answer.json().items()


@pytest.mark.parametrize("path", KNOWN)
async def test_an_unknown_customer_is_not_found(stand_ins: StandIns, path: str) -> None:
    """What nobody has said is no empty answer."""
    answer = await stand_ins.http.get(f"/{path.replace('C-100', 'X-')}")

    assert (404, "urn:problem:not-found") == problem_of(answer)


async def test_the_newest_orders_come_first(stand_ins: StandIns) -> None:
    """As many as are asked for."""
    answer = await stand_ins.http.get("/order_history/customers/C-1001/orders", params={"limit": 2})

    assert ["A-0917", "A-0642"] == [order["order_id"] for order in answer.json()["orders"]]
