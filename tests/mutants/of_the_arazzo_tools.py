"""What breaks the files of documents, their pictures, their sentences, or what the check says."""

from tests.mutants.mutant import Mutant

FILES = "tests/runtime/test_documents.py"
CHECK = "tests/cli/test_arazzo_check.py"
BOARD = "tests/arazzo/test_storyboard.py"
DRAWN = "tests/arazzo/test_drawing.py"
TOLD = "tests/arazzo/test_explaining.py"

MUTANTS = (
    Mutant(
        "a document leads out of its folder",
        "runtime/document_files.py",
        "    if not resolved.is_relative_to(tree):\n",
        "    if not path.is_relative_to(tree):\n",
        (f"{FILES}::test_nothing_outside_of_its_folder_is_read",),
    ),
    Mutant(
        "a document has a pipe read",
        "runtime/document_files.py",
        "            if not stat.S_ISREG(os.fstat(descriptor).st_mode):\n",
        "            if stat.S_ISDIR(os.fstat(descriptor).st_mode):\n",
        (f"{FILES}::test_what_is_no_file_is_said_where_it_is_named",),
    ),
    Mutant(
        "a document has a whole disk read",
        "runtime/document_files.py",
        "        self.read_files += 1\n",
        "",
        (f"{FILES}::test_a_document_that_leads_to_too_many_files_is_refused",),
    ),
    Mutant(
        "a file that is referred to is known by where it is alone",
        "runtime/documents.py",
        "            uri, place = join(base_uri(document), source.url), (",
        "            uri, place = join(document.uri, source.url), (",
        (f"{FILES}::test_what_has_an_address_of_its_own_is_read_beside_it",),
    ),
    Mutant(
        "files of schemas are left behind",
        "runtime/documents.py",
        "            self._follow_references(one)\n",
        "",
        (f"{FILES}::test_what_it_refers_to_is_read_with_it",),
    ),
    Mutant(
        "a broken description is passed over in silence",
        "runtime/documents.py",
        "            self.found += refused.problems\n",
        "            del refused\n",
        (f"{FILES}::test_a_broken_file_is_told_with_its_own_line",),
    ),
    Mutant(
        "a broken document takes its folder with it",
        "runtime/document_folder.py",
        "            found += refused.problems\n",
        "            raise refused from None\n",
        ("tests/runtime/test_document_folder.py::test_a_broken_document_keeps_no_other_from_being_read",),
    ),
    Mutant(
        "the check is content with errors",
        "cli/arazzo_check.py",
        "    failing = (Severity.ERROR,",
        "    failing = (Severity.NOTE,",
        (f"{CHECK}::test_an_error_says_where_and_what_was_expected",),
    ),
    Mutant(
        "results of SARIF name another rule",
        "cli/sarif.py",
        "_result(one, rules.index(one.rule))",
        "_result(one, len(rules) - rules.index(one.rule))",
        (f"{CHECK}::test_code_hosts_are_answered_in_sarif",),
    ),
    Mutant(
        "what runs side by side is drawn one after the other",
        "arazzo/storyboard.py",
        "        places = wave(workflow, at)\n",
        "        places = (at,)\n",
        (f"{BOARD}::test_steps_that_name_what_they_depend_on_stand_side_by_side",),
    ),
    Mutant(
        "a step that always jumps is drawn as going on",
        "arazzo/storyboard.py",
        "        if not (taken and not taken[-1].criteria):\n",
        "        if taken is not None:\n",
        (f"{BOARD}::test_jumps_back_and_forth_are_arrows_with_their_conditions",),
    ),
    Mutant(
        "what is beyond the point of no return is taken back",
        "arazzo/storyboard.py",
        "if tile.undo and tile.place <= final)",
        "if tile.undo)",
        (f"{BOARD}::test_what_can_be_taken_back_is_known_newest_first",),
    ),
    Mutant(
        "what is taken back is told oldest first",
        "arazzo/storyboard.py",
        "        return tuple(tile for tile in reversed(self.tiles) if",
        "        return tuple(tile for tile in self.tiles if",
        (f"{TOLD}::test_what_is_undone_is_told_newest_first",),
    ),
    Mutant(
        "markup of a document is markup of its picture",
        "arazzo/drawing_text.py",
        '    return escape("".join(one if is_text(one) else " " for one in text), quote=True)\n',
        '    return escape("").join(one if is_text(one) else " " for one in text)\n',
        (f"{DRAWN}::test_nothing_of_a_document_is_obeyed",),
    ),
    Mutant(
        "control characters of a document break its picture",
        "arazzo/drawing_text.py",
        'one if is_text(one) else " " for one in text), quote',
        "one for one in text), quote",
        (DRAWN,),
    ),
    Mutant(
        "quotes of a document end a text of its chart",
        "arazzo/drawing_mermaid.py",
        """'"': "#quot;", """,
        "",
        (f"{DRAWN}::test_nothing_of_a_document_is_obeyed",),
    ),
    Mutant(
        "jumps over the same steps are drawn on one line",
        "arazzo/drawing_layout.py",
        "if all(bottom < a - 4 or top > b + 4 for a, b in taken)",
        "if taken",
        (f"{DRAWN}::test_jumps_that_would_meet_have_lanes_of_their_own",),
    ),
    Mutant(
        "steps lie on each other",
        "arazzo/drawing_layout.py",
        "        y = bottom + GAP\n",
        "        y = bottom - GAP\n",
        (f"{DRAWN}::test_nothing_lies_on_anything_else",),
    ),
    Mutant(
        "failure actions are told in any order",
        "arazzo/explaining_steps.py",
        "enumerate(failure_actions(tuple(given)))",
        "enumerate(failure_actions(tuple(given))[::-1])",
        (f"{TOLD}::test_failure_actions_are_told_in_their_order",),
    ),
    Mutant(
        "conditions are said the other way round",
        "arazzo/wording.py",
        '    "==": "is",\n    "!=": "is not",\n',
        '    "!=": "is",\n    "==": "is not",\n',
        ("tests/arazzo/test_wording.py::test_a_simple_condition_is_a_clause",),
    ),
)
