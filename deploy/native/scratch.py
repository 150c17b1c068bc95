"""A temporary folder that is gone when this process is, however it ends."""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

# Reads until nobody can write any more, then removes the folder. What still writes into it is about to be killed.
REMOVER = 'cat >/dev/null; for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && exit; sleep 0.5; done'


@contextmanager
def scratch_folder(name: str) -> Generator[Path]:
    """Others than its owner may pass through it, since a database refuses to run as root; they cannot list it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    folder.chmod(0o711)
    remover = subprocess.Popen(
        ["/bin/sh", "-c", REMOVER, "remover", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C does not reach it
    )
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        remover.communicate()  # closes its input, so it ends
