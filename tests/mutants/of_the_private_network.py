"""Breaks of what the private network promises: only named commands, one word each, once, on hosts that are known."""

from tests.mutants.mutant import Mutant

RUNBOOKS = "tests/activities/test_runbooks.py"
HOSTS = "tests/activities/test_hosts.py"
FLOW = "tests/workflows/test_server_automation.py"

MUTANTS = (
    Mutant(
        "what a host's shell reads is not quoted",
        "activities/runbooks.py",
        "shlex.join([",
        '" ".join([',
        (
            f"{RUNBOOKS}::test_an_argument_is_one_word_for_a_shell",
            f"{HOSTS}::test_no_argument_runs_on_a_host",
        ),
    ),
    Mutant(
        "an argument may be an option",
        "activities/arguments.py",
        ' or value.startswith("-")',
        "",
        (f"{RUNBOOKS}::test_no_pattern_allows_options_or_what_cannot_be_seen",),
    ),
    Mutant(
        "a pattern is looked for, and not matched as a whole",
        "activities/arguments.py",
        "re.fullmatch(self.pattern, value)",
        "re.match(self.pattern, value)",
        (f"{RUNBOOKS}::test_a_hostile_argument_is_refused",),
    ),
    Mutant(
        "any host is spoken to",
        "activities/ssh.py",
        "known_hosts=str(endpoint.known_hosts),",
        "known_hosts=None,",
        (f"{HOSTS}::test_a_host_with_another_key_is_not_spoken_to",),
    ),
    Mutant(
        "a batch that fails half way counts as refused",
        "activities/hosts.py",
        "failed.outcome is Outcome.REFUSED and not done",
        "failed.outcome is Outcome.REFUSED",
        (
            f"{HOSTS}::test_what_is_known_of_a_failure",
            f"{FLOW}::test_a_batch_that_fails_half_way_is_rolled_back",
        ),
    ),
    Mutant(
        "an undo stops at the first host that fails",
        "activities/hosts.py",
        "goes_on=phase is Phase.UNDO",
        "goes_on=False",
        (f"{HOSTS}::test_an_undo_goes_on_where_a_host_fails",),
    ),
    Mutant(
        "batches are not verified",
        "workflows/server_automation.py",
        "Hosts.verify, rollout.on(batch)",
        "Hosts.check, rollout.on(batch)",
        (f"{FLOW}::test_a_canary_that_is_not_healthy_spares_all_others",),
    ),
    Mutant(
        "the canary is not alone",
        "models/rollout.py",
        "return ((canary,), *(",
        "return ((canary, *others[:1]), *(",
        (f"{FLOW}::test_a_canary_that_is_not_healthy_spares_all_others",),
    ),
    Mutant(
        "whoever asks for a change may approve it",
        "workflows/server_automation.py",
        'excluded=("requester",),',
        "",
        (f"{FLOW}::test_the_requester_does_not_decide",),
    ),
    Mutant(
        "a read may write",
        "activities/database.py",
        "connection.exec_driver_sql(READ_ONLY[connection.dialect.name])",
        "connection.dialect",
        ("tests/activities/test_database.py::test_a_read_cannot_write",),
    ),
    Mutant(
        "links lead out of a folder",
        "activities/files.py",
        "os.O_RDONLY | os.O_NOFOLLOW",
        "os.O_RDONLY",
        ("tests/activities/test_private_files.py::test_a_link_leads_nowhere_else",),
    ),
    Mutant(
        "the public worker serves the private queue",
        "worker.py",
        "PrivateSettings.read() if options.private or options.with_private else None,",
        "PrivateSettings.read(),",
        ("tests/test_worker_roles.py::test_the_public_worker_serves_no_private_queue",),
    ),
)
