"""What the figures were measured on; without it they mean little."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.results import Machine

GIB = 1024**3
_CPUINFO = Path("/proc/cpuinfo")


def machine(*, server_version: str) -> Machine:
    return Machine(
        measured_at=datetime.now(UTC).replace(microsecond=0),
        processor=_processor(),
        cores=_cores(),
        memory_gib=round(psutil.virtual_memory().total / GIB, 1),
        load_before=round(os.getloadavg()[0], 2),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        temporalio=version("temporalio"),
        pydantic=version("pydantic"),
        temporal_server=server_version,
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    if _CPUINFO.is_file():
        for line in _CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
