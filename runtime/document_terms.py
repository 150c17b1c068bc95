"""What of the settings concerns documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from arazzo.code_names import OF_THE_EXAMPLES

if TYPE_CHECKING:
    from arazzo.hosts import AllowedHost
    from models.sealing import Sealer


@dataclass(frozen=True)
class DocumentTerms:
    """Where they are, and what they may have called."""

    folder: Path
    allowed_hosts: Iterable[AllowedHost] = ()
    servers: Mapping[str, str] = field(default_factory=dict[str, str])
    sealer: Sealer | None = None
    activities: Sequence[str] = OF_THE_EXAMPLES
    """Those of ours that documents may have called."""
