"""What lets a stranger's document call, send or tell what it may not."""

from tests.mutants.mutant import Mutant

HOSTS, OUTBOUND = "tests/arazzo/test_hosts.py", "tests/activities/test_outbound.py"
CREDENTIALS, SEALING = "tests/activities/test_arazzo_credentials.py", "tests/models/test_sealing.py"
SEALS, SECRETS = "tests/activities/test_seals.py", "tests/arazzo/test_secrets.py"
CODE = "tests/arazzo/test_code_names.py"
INPUTS, STORE = "tests/runtime/test_secret_inputs.py", "tests/runtime/test_payload_store.py"

MUTANTS = (
    Mutant(
        "a host is on the list if its end is",
        "arazzo/hosts.py",
        'host.endswith(f".{self.host}")',
        "host.endswith(self.host)",
        (f"{HOSTS}::test_the_list_names_hosts",),
    ),
    Mutant(
        "a wildcard names every host below it",
        "arazzo/hosts.py",
        "return not self.below and self.allows(host, port)",
        "return self.allows(host, port)",
        (f"{HOSTS}::test_private_addresses_need_to_be_named",),
    ),
    Mutant(
        "a host that is named may be where a cloud keeps credentials",
        "arazzo/hosts.py",
        'by_name = kind in {"loopback", "private"}',
        "by_name = True",
        (f"{HOSTS}::test_private_addresses_need_to_be_named",),
    ),
    Mutant(
        "an address of IPv4 in IPv6 is another one",
        "arazzo/hosts.py",
        "    return mapped or address\n",
        "    return address\n",
        (f"{HOSTS}::test_what_an_address_is",),
    ),
    Mutant(
        "the first address of a name is checked, and no other",
        "activities/outbound.py",
        "        for one in found:\n",
        "        for one in found[:1]:\n",
        (f"{OUTBOUND}::test_a_wildcard_reaches_nothing_private",),
    ),
    Mutant(
        "a name is looked up once more to be checked",
        "activities/outbound.py",
        "        found = await self._resolver.resolve(host, port, family)\n",
        "        await self._resolver.resolve(host, port, family)\n"
        "        found = await self._resolver.resolve(host, port, family)\n",
        (f"{OUTBOUND}::test_a_name_is_looked_up_once",),
    ),
    Mutant(
        "a name is looked up before it is held against the list",
        "activities/outbound.py",
        "        self._hosts.check(host, port)\n",
        "",
        (f"{OUTBOUND}::test_a_host_that_is_not_named_is_not_even_looked_up",),
    ),
    Mutant(
        "a request says itself which host it is for",
        "activities/outbound.py",
        'if request.headers.get("host") != request.url.netloc.decode():',
        "if request.url.netloc is None:",
        (f"{OUTBOUND}::test_another_host_in_the_header",),
    ),
    Mutant(
        "a credential goes to every port of its host",
        "activities/arazzo_credentials.py",
        'return cls(canonical(parts.hostname or ""), parts.port or PORTS.get(parts.scheme, 0))',
        'return cls(canonical(parts.hostname or ""), 443)',
        (f"{CREDENTIALS}::test_a_credential_is_known_by_scheme_source_and_host",),
    ),
    Mutant(
        "a document may call what begins like a name",
        "arazzo/code_names.py",
        "name.startswith(one[:-1])",
        "name.startswith(one[:-2])",
        (f"{CODE}::test_a_document_has_the_code_that_is_named",),
    ),
    Mutant(
        "a seal is another one each time",
        "models/sealing.py",
        "[_BOUND_TO])\n        return {MARK",
        "[_BOUND_TO, os.urandom(12)])\n        return {MARK",
        (f"{SEALING}::test_the_same_value_has_the_same_seal",),
    ),
    Mutant(
        "a secret is veiled as it was given, and in no other form",
        "models/sealing.py",
        '    yield quote(raw, safe="")\n    yield quote(raw)\n',
        "",
        (f"{SEALING}::test_secrets_are_veiled_however_they_are_written",),
    ),
    Mutant(
        "a password within a list is none",
        "arazzo/secrets.py",
        "            yield index, one, _of_item(schema, index)\n",
        "            yield index, one, iter(())\n",
        (f"{SECRETS}::test_where_inputs_are_secret",),
    ),
    Mutant(
        "a password in one of several schemas is none",
        "arazzo/secrets.py",
        'SAME_VALUE = ("allOf", "anyOf", "oneOf")',
        'SAME_VALUE = ("allOf",)',
        (f"{SECRETS}::test_where_inputs_are_secret",),
    ),
    Mutant(
        "a service may answer with another one's seal",
        "activities/seals.py",
        "        value = masked(value)\n",
        "",
        (f"{SEALS}::test_a_seal_that_a_service_answers_with_goes_no_further",),
    ),
    Mutant(
        "what a service says back of a secret goes on",
        "activities/seals.py",
        "        return self._sealer.sealed_where(value, self._secrets)\n",
        "        return value\n",
        (f"{SEALS}::test_a_secret_goes_into_the_request_and_nothing_of_it_comes_out",),
    ),
    Mutant(
        "a failure says the secrets that the service said",
        "activities/seals.py",
        "        return veiled(text, self._secrets)\n",
        "        return text\n",
        (f"{SEALS}::test_an_undo_opens_what_the_step_gave_and_says_nothing_of_it",),
    ),
    Mutant(
        "secrets are started in the clear where there is no key",
        "runtime/secret_inputs.py",
        "    if has_secrets(root.inputs):\n",
        "    if has_secrets(root.inputs) and given:\n",
        (f"{INPUTS}::test_without_a_key_nothing_with_secrets_is_started",),
    ),
    Mutant(
        "a seal may be given as an input",
        "runtime/secret_inputs.py",
        "    without_seals(dict(given), what)\n",
        "",
        (f"{INPUTS}::test_a_seal_is_no_input",),
    ),
    Mutant(
        "a file in the store is believed",
        "runtime/payload_store.py",
        "        if hashlib.sha256(content).hexdigest() != key:\n",
        "        if not content:\n",
        (f"{STORE}::test_what_was_changed_is_not_read",),
    ),
    Mutant(
        "a reference in a history leads to any file",
        "runtime/payload_store.py",
        "        if not _KEY.fullmatch(key):\n",
        "        if not key:\n",
        (f"{STORE}::test_a_reference_leads_nowhere_else",),
    ),
)
