"""The grammar of `arazzo dry-run` and `arazzo test`."""

from argparse import ArgumentParser

DRY_RUN = """\
Rehearse a workflow without calling anybody: answers are made of the descriptions, as the steps want them; each step
goes well unless --fault says otherwise. What would be undone is told, too."""
FAULTS = """\
faults:
  reserveStock=503        the step is answered 503, each time
  reserveStock=503:2      twice, then it goes well
  pay/reserveStock=drop   of the workflow pay
  timeout     no answer comes in time, of a service, a person or an agent
  drop        the connection is lost when the service has done its work
  lost        the connection is lost before that
  no-message  a message that is waited for does not come
  decline     the person says no

exit status:
  0  it would complete
  1  it would fail, wait for a person, or cannot be rehearsed to its end
  2  there is no such document, or wrong usage
"""
TEST = """\
Make up a case for each branch and each failure of each workflow, and rehearse it without calling anybody: every
success and failure action, every step refused and left without an answer, retries used up, time-outs, a person's no,
a message that does not come."""
TESTING = """\
exit status:
  0  each case went as the document says, or says why it cannot come to that
  1  a case went otherwise
  2  there is no such document, or wrong usage
"""
INPUT_HELP = "inputs as JSON; - is standard input (what is missing is made up)"


def add_dry_run(made: ArgumentParser) -> None:
    made.description, made.epilog = DRY_RUN, FAULTS
    made.add_argument("--workflow", metavar="W", help="which one (default: the only one)")
    made.add_argument("--input", metavar="FILE", help=INPUT_HELP)
    made.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="STEP=KIND[:TIMES]",
        help="what goes wrong; may be given again",
    )


def add_test(made: ArgumentParser) -> None:
    made.description, made.epilog = TEST, TESTING
    made.add_argument("--workflow", metavar="W", help="only this one (default: all of the document)")
    made.add_argument("--input", metavar="FILE", help=INPUT_HELP)
