"""The lock of a folder of documents: read, held against what stands there, and written anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arazzo.compiling import compile_plans
from arazzo.locks import LOCK_FILE, Changes, Lock, changes, held_against, lock_of, read_lock
from arazzo.plan import FORMAT, Plan
from arazzo.problems import Problem, Problems
from arazzo.type_names import type_of
from runtime.document_files import FileRefused, content_of, shown
from runtime.document_folder import ENDINGS, read_folder, read_in_folder
from runtime.refusals import Refused

NOTHING = Lock(format=FORMAT, workflows={})


class LockRefused(Refused):
    """A folder is not locked; what stood there still does."""


@dataclass(frozen=True)
class Locking:
    """A lock that is to be written."""

    path: Path
    lock: Lock
    changes: Changes
    left_out: tuple[str, ...] = ()
    """Why workflows are not in it."""


def lock_above(path: Path) -> Path | None:
    """That of the document's folder, or of the nearest one around it that has one."""
    folders = (folder / LOCK_FILE for folder in path.resolve().parents)
    return next((lock for lock in folders if lock.is_file()), None)


def findings_of_lock(path: Path) -> list[Problem]:
    """What has changed in a document since its folder was locked; nothing, where it was not.

    The document is read as the catalogue reads it, so that it makes the same plans.
    """
    there = lock_above(path)
    if there is None or not path.name.lower().endswith(ENDINGS):
        return []
    try:
        lock = _read(there)
    except Problems as refused:
        return list(refused.problems)
    try:
        bundle = read_in_folder(path, there.parent)
        plans = compile_plans(bundle.documents, bundle.root)
    except Problems:
        return []  # which the check says itself
    return list(held_against(lock, bundle.root, plans))


def locking(folder: Path) -> Locking:
    """The lock that a folder should have. Raises LockRefused where a document cannot be used, or two have one name."""
    path = folder / LOCK_FILE
    try:
        plans = list(_plans(folder))
        old = _read(path) if path.is_file() else NOTHING
    except Problems as refused:
        raise LockRefused(
            "\n".join((f"{shown(path)} is not written:", *map(str, refused.problems)))
        ) from None
    names = [type_of(plan.root) for plan in plans]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise LockRefused(f"{shown(path)} is not written: there are two of {', '.join(twice)}")
    new = lock_of(plans)
    lacking = tuple(f"{type_of(plan.root)}: {plan.missing[0]}" for plan in plans if plan.missing)
    return Locking(path, new, changes(old, new), lacking)


def _plans(folder: Path) -> Iterator[Plan]:
    read = read_folder(folder)
    if read.found:
        raise Problems(read.found)
    for bundle in read.bundles:
        yield from compile_plans(bundle.documents, bundle.root).values()


def _read(path: Path) -> Lock:
    try:
        return read_lock(content_of(path), uri=path.as_uri())
    except FileRefused as refused:
        raise Problems([refused.problem(path.as_uri())]) from None
