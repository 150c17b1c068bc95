"""The key for seals, as settings name it: one, or a file with a line for each, of which the first one seals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, ValidationInfo, field_validator

from models.sealing import KeyInvalid, Sealer


def _checked(key: SecretStr) -> SecretStr:
    Sealer([key])
    return key


def _read(file: Path) -> Sequence[SecretStr]:
    """Raises KeyInvalid."""
    try:
        lines = file.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not ASCII"
        raise KeyInvalid(f"{file} cannot be read: {reason}") from None
    if not lines:
        raise KeyInvalid(f"{file} is empty")
    return [SecretStr(line) for line in lines]


class SealSettings(BaseModel):
    """`SEAL_KEY` or `SEAL_KEY_FILE`: the same for the starter and all workers of a task queue."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    key: Annotated[SecretStr, AfterValidator(_checked)] | None = None
    key_file: Path | None = None

    @field_validator("key_file")
    @classmethod
    def _holds_the_only_keys(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file and info.data.get("key"):
            raise ValueError("a key is given too: give one of the two")
        if file:
            Sealer(_read(file))
        return file

    def sealer(self) -> Sealer | None:
        """None without a key: then nothing that has secrets is started."""
        if self.key_file:
            return Sealer(_read(self.key_file))
        return Sealer([self.key]) if self.key else None
