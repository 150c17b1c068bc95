"""The marketing's own rules."""

from tests.services.caller import input_of, problem_of, send
from tests.standins import StandIns


async def test_a_profile_keeps_what_its_owner_wants(stand_ins: StandIns) -> None:
    """It can be looked up, and names its account."""
    answer = await send(
        stand_ins, "createMarketingProfile", await input_of(stand_ins, "createMarketingProfile")
    )

    profile = answer.json()
    assert {"id": profile["id"], "account_id": "acc_1", "newsletter": True} == profile
    assert profile == (await stand_ins.http.get(f"/marketing/profiles/{profile['id']}")).json()


async def test_an_account_has_one_profile(stand_ins: StandIns) -> None:
    """A second one, under another key, is refused."""
    sent = await input_of(stand_ins, "createMarketingProfile")
    await send(stand_ins, "createMarketingProfile", sent)

    answer = await send(stand_ins, "createMarketingProfile", sent)

    assert (409, "urn:problem:marketing-profile-exists") == problem_of(answer)
