"""Breaks of what subscription and dispatch promise: who charges, who waits for whom, and what a partial result leads to."""

from tests.mutants.mutant import Mutant

SUBSCRIPTION = "tests/workflows/test_subscription.py"
CHARGE = "tests/workflows/test_subscription_charge.py"
DISPATCH = "tests/workflows/test_dispatch.py"
PARTIAL = "tests/workflows/test_dispatch_partial.py"
PLANS = "tests/models/test_dispatch.py"

MUTANTS = (
    Mutant(
        "a second provider charges although the first may have",
        "saga/alternatives.py",
        "if failed is None or failed.outcome is not Outcome.REFUSED:",
        "if failed is None:",
        (f"{CHARGE}::test_with_an_unknown_outcome_nobody_else_charges",),
    ),
    Mutant(
        "nobody looks for a charge whose answer was lost",
        "workflows/subscription.py",
        "                        probe=Payments.find_charge,\n",
        "",
        (f"{CHARGE}::test_a_charge_whose_answer_is_lost_is_found",),
    ),
    Mutant(
        "the second provider's charge is refunded by the first",
        "workflows/subscription.py",
        "compensation=BackupPayments.refund_charge",
        "compensation=Payments.refund_charge",
        (f"{SUBSCRIPTION}::test_one_branch_is_refused_and_the_other_is_undone",),
    ),
    Mutant(
        "a workspace without a subscription stays",
        "workflows/subscription.py",
        "                    compensation=Provisioning.deprovision_workspace,\n",
        "",
        (f"{SUBSCRIPTION}::test_one_branch_is_refused_and_the_other_is_undone",),
    ),
    Mutant(
        "nobody is told that a subscription was undone",
        "workflows/subscription.py",
        ", announce_undone=True",
        "",
        (f"{SUBSCRIPTION}::test_ops_are_told_what_was_undone",),
    ),
    Mutant(
        "the check is tried as often as the rest",
        "workflows/subscription.py",
        "VALIDATE = bounded(attempts=2",
        "VALIDATE = bounded(attempts=3",
        (f"{SUBSCRIPTION}::test_each_step_has_its_attempts_and_its_time",),
    ),
    Mutant(
        "a look-up says that there is no charge while one is being made",
        "services/charges.py",
        "if charge_id is None and in_progress(db, service.name, key):",
        "if charge_id == key and in_progress(db, service.name, key):",
        ("tests/activities/test_charges.py::test_while_it_is_being_made_nothing_is_said",),
    ),
    Mutant(
        "targets that need nobody are reached one after the other",
        "workflows/dispatch.py",
        "await saga.gather(*(self._reach(name) for name in dispatch.needs))",
        "[await self._reach(name) for name in dispatch.needs]",
        (f"{DISPATCH}::test_independent_targets_are_reached_at_the_same_time",),
    ),
    Mutant(
        "the refund overtakes the charge of the other branch",
        "saga/policies.py",
        "ActivityCancellationType.WAIT_CANCELLATION_COMPLETED",
        "ActivityCancellationType.TRY_CANCEL",
        (f"{SUBSCRIPTION}::test_the_other_branch_is_waited_for_and_undone",),
    ),
    Mutant(
        "a target waits for all that are named before it",
        "models/dispatch.py",
        "        return {target.name: target.after for target in self.targets}\n",
        "        return {name: tuple(names[:i]) for i, name in enumerate(names)}\n",
        (f"{DISPATCH}::test_a_target_waits_for_those_that_it_needs_and_for_nobody_else",),
    ),
    Mutant(
        "what needs a failed target is tried all the same",
        "workflows/dispatch.py",
        "not_tried(name, without) if without else await self._deliver(name)",
        "await self._deliver(name)",
        (f"{DISPATCH}::test_what_needs_a_failed_target_is_not_tried",),
    ),
    Mutant(
        "all or none leaves some",
        "workflows/dispatch.py",
        '            if answer.missing and dispatch.on_partial == "compensate":\n',
        '            if answer.overall_status == "failure" and dispatch.on_partial == "compensate":\n',
        (f"{PARTIAL}::test_all_or_none_leaves_none",),
    ),
    Mutant(
        "a partner that failed is not tried again",
        "workflows/dispatch.py",
        'WAITS if self.dispatch.on_partial == "retry_later" else ()',
        "()",
        (f"{PARTIAL}::test_a_partner_that_fails_is_tried_again_later",),
    ),
    Mutant(
        "the waits between the rounds do not grow",
        "workflows/dispatch.py",
        "(5, 10, 20, 40, 80)",
        "(5, 5, 5, 5, 5)",
        (f"{PARTIAL}::test_what_is_still_missing_in_the_end_is_said",),
    ),
    Mutant(
        "targets that need each other in a circle are accepted",
        "models/dispatch.py",
        "    except CycleError as error:\n",
        "    except CycleError as error:\n        return targets\n",
        (f"{PLANS}::test_what_is_no_plan_is_refused",),
    ),
)
