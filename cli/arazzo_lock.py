"""`arazzo lock`: notes what the workflows of a folder are, so that none changes under the same version unnoticed."""

from argparse import Namespace
from pathlib import Path

from cli.context import Context
from cli.exits import Exit
from cli.wording import plain
from runtime.document_files import shown
from runtime.document_locks import LockRefused, locking


def lock(options: Namespace, context: Context) -> Exit:
    folder = Path(options.folder) if options.folder else context.documents.folder
    new = locking(folder.resolve())
    if new.changes.unsaid and not options.accept:
        raise LockRefused(
            "\n".join(
                (
                    f"{shown(new.path)} is not written: what these do has changed, and their versions have not:",
                    *(f"  {name} {new.lock.workflows[name].version}" for name in new.changes.unsaid),
                    "give each another version (info.version, or x-version of the workflow),",
                    "or take them as they are with --accept",
                )
            )
        )
    new.path.write_text(new.lock.text, encoding="utf-8")
    output = context.output
    for line in new.left_out:
        output.warn(f"left out: {line}")
    if output.json:
        said = {name: list(types) for name, types in new.changes._asdict().items()}
        output.answer({"lock": shown(new.path), "workflows": len(new.lock.workflows), **said})
        return Exit.DONE
    found = new.changes
    counts = f"{len(found.new)} new, {len(found.changed) + len(found.unsaid)} changed, {len(found.gone)} gone"
    output.show(plain(f"{shown(new.path)}: {len(new.lock.workflows)} workflows: {counts}"))
    return Exit.DONE
