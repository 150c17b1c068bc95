"""Where services call back. Apart from the receiver, which takes its time to be imported."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from activities.endpoint import BaseUrl


class CallbackSettings(BaseModel):
    """Where to listen, and how the services of the private network reach that."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="0: a free one")] = 0
    url: BaseUrl | None = None
    """Without it, what is listened on."""
    secret: Annotated[SecretStr, Field(min_length=16)] | None = None
    """What signs the addresses. Without it, one that lasts as long as this process."""
