"""The page of conformance: written from what a run of the tests has seen, and from what else is kept of such runs."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from tests.arazzo import corpora
from tests.arazzo.conformance import respect
from tests.arazzo.conformance.proofs import ROOT, Clause, cases_of, clauses, proofs_of
from tests.arazzo.conformance.recording import PASSED
from tests.arazzo.microcases.cases import FOLDER, Case, own

PAGE = ROOT / "docs" / "arazzo-conformance.md"
SEEN = Path(__file__).with_name("seen.json")
GROUPS = {
    "A": "Documents and sources",
    "B": "Workflows",
    "C": "Steps, parameters, bodies",
    "E": "Actions",
    "F": "Criteria, selectors, expressions",
    "D": "Decisions where the text is silent, and for durable runs",
}
LEVELS = {"must": "MUST", "should": "SHOULD", "said": "said", "silent": "silent", "ours": "ours"}
Seen = dict[str, dict[str, str]]


def kept() -> Seen:
    """What the last run has seen."""
    found: Seen = json.loads(SEEN.read_text())
    return found


def written(seen: Seen) -> str:
    """The page."""
    parts = [HEAD, _summary(seen), *(_group(letter, seen) for letter in GROUPS)]
    parts += [_limits(), _cases(seen), _respect(), _corpus(), _tests()]
    return "\n\n".join(parts) + "\n"


HEAD = """\
# Conformance to the Arazzo Specification

What of the specification 1.0 and 1.1 holds, rule by rule, and which test shows it. The page is written by
`python -m tests.arazzo.conformance`, which runs the tests that name a rule; a test of the suite compares it with them.

The words are ours and short; the text decides. Levels: MUST and SHOULD as the text has them, *said* without a
key word, *silent* where it does not decide, *ours* where it leaves room. *1.1* marks what is new there. *Holds*
means that all tests named at the end of the page have passed."""


def _summary(seen: Seen) -> str:
    known = clauses()
    rules = [name for name, clause in known.items() if clause.level != "ours"]
    decisions = [name for name in known if name not in rules]
    rows = [
        (
            title,
            len(names),
            sum(_verdict(name, seen) != FAILS for name in names),
            sum(bool(known[name].limits) for name in names),
        )
        for title, names in (("rules of the text", rules), ("decisions", decisions))
    ]
    return _table(("", "all", "hold", "of these with a limit"), rows)


HOLDS, LIMITED, FAILS = "holds", "holds, [with a limit](#limits)", "**fails**"


def _verdict(name: str, seen: Seen) -> str:
    tests, cases = proofs_of().get(name, []), cases_of().get(name, [])
    of_cases = [verdict for key, verdict in seen["cases"].items() if key.rpartition("/")[2] in cases]
    verdicts = [seen["tests"].get(test, "") for test in tests] + of_cases
    if not verdicts or set(verdicts) != {PASSED}:
        return FAILS
    return LIMITED if clauses()[name].limits else HOLDS


def _group(letter: str, seen: Seen) -> str:
    rows = [
        (
            name,
            _level(clause),
            clause.says,
            _verdict(name, seen),
            len(proofs_of().get(name, [])) + len(cases_of().get(name, [])),
        )
        for name, clause in clauses().items()
        if name.startswith(letter)
    ]
    return f"## {GROUPS[letter]}\n\n" + _table(("", "level", "rule", "verdict", "tests"), rows)


def _level(clause: Clause) -> str:
    return LEVELS[clause.level] + (f", {clause.since}" if clause.since != "1.0" else "")


def _limits() -> str:
    rows = [(name, clause.limits) for name, clause in clauses().items() if clause.limits]
    return "## Limits\n\nWhat of a rule is not supported, or not as one might expect, and why.\n\n" + _table(
        ("", ""), rows
    )


def _cases(seen: Seen) -> str:
    tests = sorted({name.split("/")[0] for name in seen["cases"]})
    there = respect.kept().cases
    rows = [
        (
            f"[{case.name[:2]}](../{(FOLDER / case.name).relative_to(ROOT).as_posix()}.yaml)",
            case.says,
            ", ".join(case.rules),
            *(_case(test, case, seen) for test in tests),
            "same" if not there[case.name].differences else "[differs](#side-by-side-with-respect)",
        )
        for case in own()
    ]
    return "\n\n".join(
        (
            CASES,
            _table(("", "what it does", "rules", *map(_spoken, tests), "Respect"), rows),
            *(_public(test, seen) for test in tests),
        )
    )


CASES = """\
## Micro-cases

Documents of one feature each, before a service that answers by a script. Each has to send certain requests and no
others, in their order, and to end in a certain way, with certain outputs."""


def _spoken(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def _case(test: str, case: Case, seen: Seen) -> str:
    return "as it has to" if seen["cases"].get(f"{test}/own/{case.name}") == PASSED else "**fails**"


def _public(test: str, seen: Seen) -> str:
    verdicts = [verdict for name, verdict in seen["cases"].items() if name.startswith(f"{test}/public/")]
    passed = sum(verdict == PASSED for verdict in verdicts)
    return (
        f"{_spoken(test).capitalize()}: {passed} of {len(verdicts)} others for the same features, which are not "
        "kept here, do as they have to."
    )


def _respect() -> str:
    there, why = respect.kept(), respect.explained()
    rows = [
        (
            name,
            "success" if ran.success else "failure",
            ", ".join(f"`{one}`" for one in ran.requests),
            why.get(name, "**not explained**"),
        )
        for name, ran in there.cases.items()
        if ran.differences
    ]
    same = len(there.cases) - len(rows)
    return (
        "## Side by side with Respect\n\n"
        f"The same micro-cases in Redocly's `respect` {there.version}, run on {there.date} by `tools/respect`. "
        f"{same} of {len(there.cases)} come to the same requests and the same end; the others:\n\n"
        + _table(("case", "there", "requests there", "why it differs"), rows)
    )


def _corpus() -> str:
    names = {"own": "ours", "public": "public, of twelve repositories; not kept here"}
    rows = [
        (names[name], kind, sum(found.values()), found["compiled"], found["refused"])
        for name, kinds in corpora.kept().items()
        for kind, found in sorted(kinds.items(), reverse=True)
    ]
    return (
        "## Documents as others write them\n\n"
        "Each loads and compiles in compat, or is refused for a reason that names its clause and line. "
        "What the official schema refuses is often meant plainly.\n\n"
        + _table(("documents", "by the official schema", "all", "compile", "refused with a reason"), rows)
    )


def _tests() -> str:
    lines = (
        line for name in clauses() for line in (f"- **{name}**", *(f"  - {one}" for one in _tests_of(name)))
    )
    return "\n".join(("## Which tests\n", *lines))


def _tests_of(name: str) -> Iterator[str]:
    if cases := cases_of().get(name):
        yield f"[micro-cases](#micro-cases) {', '.join(case[:2] for case in cases)}"
    yield from _by_file(proofs_of().get(name, []))


def _by_file(tests: Iterable[str]) -> Iterator[str]:
    for file, names in groupby(sorted(tests), key=lambda test: test.partition("::")[0]):
        shown = ", ".join(f"`{name.partition('::')[2]}`" for name in names)
        yield f"[{file.removeprefix('tests/')}](../{file}): {shown}"


def _table(head: tuple[object, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |".replace("|  |", "| |") for line in lines)
