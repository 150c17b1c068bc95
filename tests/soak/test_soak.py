"""A short soak in each run of the suite; `make soak` is a long one, in which workers die too."""

from datetime import timedelta

from tests.soak.run import Asked, soak

SHORT = Asked(changes=100, tickets=1, kills=0, roll_overs=5, history=20, patience=timedelta(seconds=60))


async def test_both_systems_agree_in_the_end() -> None:
    """Changes in both systems, shuffled and doubled, over five roll-overs: none is lost, and none is written twice."""
    verdict = await soak(SHORT)

    assert verdict.wrong == []
    assert verdict.received > 2 * SHORT.changes
    assert verdict.feed_runs["desk"] > 1
