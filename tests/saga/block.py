"""A flow whose block ends with a wait of its own, which is none of the saga's."""

from temporalio import workflow

from saga import Saga
from tests.saga.world import Job, World


@workflow.defn(name="own-wait-at-the-end")
class OwnWaitAtTheEnd:
    """What ends the block is not the saga's, so only the end of the block can ask for a cancel."""

    @workflow.init
    def __init__(self) -> None:
        self.saga = Saga()
        self.told = False

    @workflow.run
    async def run(self) -> None:
        async with self.saga as saga:
            await saga.execute_activity(World.make, Job(thing="a"), compensation=World.unmake)
            await workflow.wait_condition(lambda: self.told)

    @workflow.signal
    def tell(self) -> None:
        self.told = True
