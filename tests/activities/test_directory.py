"""The directory against the real service: access and its reason, do and undo, and what is only accepted."""

from datetime import UTC, datetime

import pytest

from models.directory import AccessQuery, EntitlementRequest, Found, Membership, MembershipRequest, Removal
from saga.headers import StepHeader
from tests.activities.calling import Verdict, verdict
from tests.activities.offered import Offered, new_step, undoing
from tests.standins import StandIns

SOON = datetime(2099, 1, 1, tzinfo=UTC)
SOONER = datetime(2098, 1, 1, tzinfo=UTC)
ENTITLEMENT = EntitlementRequest(user_id="usr-ada", request_id="R-1", text="payroll, approved by grace")


def membership(group: str = "payroll", *, expires: datetime = SOON) -> MembershipRequest:
    return MembershipRequest(user_id="usr-ada", group_id=f"grp-{group}", expires=expires)


async def added(offered: Offered, group: str = "payroll") -> StepHeader:
    step = new_step()
    await offered.run("directory.add_member", membership(group), step=step)
    return step


async def test_user_and_group_are_found(offered: Offered) -> None:
    """By their names, each with the directory's id."""
    found = await offered.run("directory.find_access", AccessQuery(user="ada", group="payroll"))

    assert Found(user_id="usr-ada", group_id="grp-payroll") == found


@pytest.mark.parametrize(
    ("user", "group", "refusal"),
    [
        ("unknown-7", "payroll", "UserUnknown"),
        ("ada", "unknown-7", "GroupUnknown"),
        ("ada", "payroll", "AlreadyMember"),
    ],
)
async def test_what_cannot_be_given_is_refused(offered: Offered, user: str, group: str, refusal: str) -> None:
    """Nobody of that name, no group of that name, or access that the user has anyway."""
    await added(offered)

    failure = await offered.failure("directory.find_access", AccessQuery(user=user, group=group))

    assert Verdict("refused", refusal, retry=False) == verdict(failure)


async def test_access_is_given_with_its_end_and_taken_away(offered: Offered, stand_ins: StandIns) -> None:
    """The member expires when the request says; removed, there is none."""
    await added(offered)
    member = await offered.run("directory.find_member", membership())
    removed = await offered.run("directory.remove_member", membership())

    assert Membership(user_id="usr-ada", group_id="grp-payroll", expires=SOON) == member
    assert Removal(user_id="usr-ada") == removed
    assert await offered.run("directory.find_member", membership()) is None
    assert [] == await stand_ins.open_effects()


async def test_the_end_is_moved(offered: Offered) -> None:
    """The directory holds to the new one."""
    await added(offered)

    await offered.run("directory.move_expiry", membership(expires=SOONER))

    member = await offered.run("directory.find_member", membership())
    assert Membership(user_id="usr-ada", group_id="grp-payroll", expires=SOONER) == member


async def test_what_was_given_is_undone(offered: Offered, stand_ins: StandIns) -> None:
    """By the step's key and input; an adding that comes later is refused."""
    steps = {"add_member": membership(), "record_entitlement": ENTITLEMENT}
    undos = {"add_member": "remove_member", "record_entitlement": "remove_entitlement"}
    for name, asked in steps.items():
        step = new_step()
        await offered.run(f"directory.{name}", asked, step=step)
        await offered.run(f"directory.{undos[name]}", asked, step=undoing(step))
        late = await offered.failure(f"directory.{name}", asked, step=step)
        assert Verdict("refused", "AlreadyCompensated", retry=False) == verdict(late)

    assert [] == await stand_ins.open_effects()


async def test_a_reason_is_written_down_once(offered: Offered) -> None:
    """Another one of the same request is refused."""
    await offered.run("directory.record_entitlement", ENTITLEMENT)

    failure = await offered.failure("directory.record_entitlement", ENTITLEMENT)

    assert Verdict("refused", "AlreadyEntitled", retry=False) == verdict(failure)


async def test_what_is_only_accepted_is_said_to_be(offered: Offered, stand_ins: StandIns) -> None:
    """Its outcome is unknown until the directory shows it; the undo finds it all the same."""
    step = new_step()
    failure = await offered.failure("directory.add_member", membership("silent-vault"), step=step)
    seen = [await offered.run("directory.find_member", membership("silent-vault")) for _ in range(2)]
    await offered.run("directory.remove_member", membership("silent-vault"), step=undoing(step))

    assert Verdict("unknown", "Accepted", retry=False) == verdict(failure)
    assert [None, membership("silent-vault").expires] == [seen[0], getattr(seen[1], "expires", None)]
    assert [] == await stand_ins.open_effects()
