"""Why a rehearsal cannot begin, or go on, told to whoever asked for it."""

from runtime.refusals import Refused


class CannotRehearse(Refused):
    """The flow, its input, its worker or its services are not as the kit needs them."""
