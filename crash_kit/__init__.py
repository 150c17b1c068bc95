"""Rehearses a flow: kills, refusals, lost answers and cancels at every place of it, derived from what it is seen to do.

`python -m crash_kit FLOW --input FILE` is the command; in tests it is `async with CrashKit(catalogue, folder=…) as kit:`
and `await kit.rehearse(Rehearsal("order", read("examples/order.json")))`. docs/crash-kit.md has the rest.
"""

from crash_kit.cases import Case, Kind
from crash_kit.kit import CrashKit, Rehearsal
from crash_kit.plan import Plan
from crash_kit.refusals import CannotRehearse
from crash_kit.report import BrokenPromise, Report

__all__ = ["BrokenPromise", "CannotRehearse", "Case", "CrashKit", "Kind", "Plan", "Rehearsal", "Report"]
