"""Breaks of what documents have evaluated: expressions, conditions, criteria, selectors, and their bounds."""

from tests.mutants.mutant import Mutant

EVALUATE = "tests/arazzo/test_evaluate.py"
CONDITIONS = "tests/arazzo/test_conditions.py"
CRITERIA = "tests/arazzo/test_criteria.py"
SELECTING = "tests/arazzo/test_selecting.py"
RENDERING = "tests/arazzo/test_rendering.py"
HOSTILE = "tests/arazzo/test_hostile_expressions.py"

MUTANTS = (
    Mutant(
        "header names know case",
        "arazzo/evaluate.py",
        "wanted = name.lower()",
        "wanted = name",
        (EVALUATE,),
    ),
    Mutant(
        "a field of a source comes before an operation",
        "arazzo/evaluate.py",
        "return expression.name if expression.name in source.ids else",
        "return None if expression.name in source.ids else",
        (EVALUATE,),
    ),
    Mutant(
        "texts are compared with case",
        "arazzo/comparing.py",
        "left.casefold() == right.casefold()",
        "False",
        (CONDITIONS,),
    ),
    Mutant(
        "null is never unequal",
        "arazzo/conditions.py",
        "return not equal(left, right)",
        "return left is not None and right is not None and not equal(left, right)",
        (CONDITIONS,),
    ),
    Mutant(
        "criteria take what is in braces to the letter",
        "arazzo/criteria.py",
        "condition = substitute(criterion.condition, context)",
        "condition = criterion.condition",
        (CRITERIA,),
    ),
    Mutant(
        "arrays are asked as elements, too",
        "arazzo/criteria.py",
        "if isinstance(value, dict) and query.nodes([value]",
        "if query.nodes([value]",
        (CRITERIA,),
    ),
    Mutant(
        "the reason of a verdict quotes bodies",
        "arazzo/criteria.py",
        "    if expression.source in {Source.STATUS_CODE",
        "    if value or expression.source in {Source.STATUS_CODE",
        (CRITERIA,),
    ),
    Mutant(
        "a list of one is its element",
        "arazzo/selectors.py",
        "if query.singular:",
        "if len(found) == 1:",
        (SELECTING,),
    ),
    Mutant(
        "a replacement changes the payload that it was given",
        "arazzo/replacements.py",
        "return dict(at), part",
        "return at, part",
        (SELECTING,),
    ),
    Mutant(
        "templates grow without bound",
        "arazzo/templates.py",
        "if left < 0:",
        "if False:",
        (RENDERING,),
    ),
    Mutant(
        "comparing large values in a JSONPath costs nothing",
        "arazzo/json_paths.py",
        "spend(1 + min(weigh(left), weigh(right)))",
        "spend()",
        (HOSTILE,),
    ),
    Mutant(
        "XML may have a document type",
        "arazzo/xml_text.py",
        "forbid_dtd=True",
        "forbid_dtd=False",
        (HOSTILE,),
    ),
    Mutant(
        "an XPath may read files",
        "arazzo/xpath_metering.py",
        'if symbol.rpartition("}")[2] not in REFUSED',
        "if symbol not in ()",
        (HOSTILE,),
    ),
)
