"""Breaks of what requests built from descriptions promise: nothing in them leads elsewhere."""

from tests.mutants.mutant import Mutant

REQUESTS = "arazzo/openapi/requests.py"
SECURITY = "arazzo/openapi/security.py"
BUILT = "tests/arazzo/openapi/test_requests.py"
SECURED = "tests/arazzo/openapi/test_security.py"

MUTANTS = (
    Mutant(
        "an order without an id is all orders",
        REQUESTS,
        "        if not found:\n",
        "        if found is None:\n",
        (f"{BUILT}::test_a_path_leads_nowhere_else",),
    ),
    Mutant(
        "two dots, encoded, lead to what is above",
        REQUESTS,
        'DOT.sub(".", path.partition("?")[0])',
        'path.partition("?")[0]',
        (f"{BUILT}::test_a_path_leads_nowhere_else",),
    ),
    Mutant(
        "a document says the host",
        REQUESTS,
        " or name.lower() in OF_THE_CONNECTION",
        "",
        (f"{BUILT}::test_a_header_is_no_other_request",),
    ),
    Mutant(
        "a value becomes another header",
        REQUESTS,
        "    if CONTROL.search(value):\n",
        "    if not value.isprintable() and not value:\n",
        (f"{BUILT}::test_a_header_is_one_line",),
    ),
    Mutant(
        "a call without its credential is made all the same",
        SECURITY,
        "    if not alternatives or () in alternatives:\n",
        "    if () in alternatives or True:\n",
        (f"{SECURED}::test_without_the_credential_there_is_no_call",),
    ),
    Mutant(
        "a credential for two schemes is used where one is missing",
        SECURITY,
        "if one and all(",
        "if one and any(",
        (f"{SECURED}::test_the_first_alternative_that_can_be_met",),
    ),
    Mutant(
        "a null that is required is sent as a word",
        "arazzo/openapi/given.py",
        "        if value is None:\n            continue\n",
        "",
        (f"{BUILT}::test_a_required_parameter_that_is_missing_is_refused",),
    ),
)
