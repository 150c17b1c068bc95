"""Breaks of what registration, content publishing and customer overview promise: who waits for whom, and what stays."""

from tests.mutants.mutant import Mutant

REGISTRATION = "tests/workflows/test_registration.py"
PUBLISHING = "tests/workflows/test_content_publishing.py"
OVERVIEW = "tests/workflows/test_customer_overview.py"

ANSWER = """\
        saga.answer(
            ArticleStored(
                manuscript_id=manuscript.manuscript_id, article_id=article.id, address=article.address
            )
        )
"""
INDEX = """\
        await saga.execute_activity(
            Search.index_article, index_request(manuscript, article), retry_policy=INDEXING
        )
"""

MUTANTS = (
    Mutant(
        "an account stays although nobody knows of it",
        "workflows/registration.py",
        ", compensation=Accounts.delete_account",
        "",
        (f"{REGISTRATION}::test_what_became_of_the_account_is_not_known",),
    ),
    Mutant(
        "a mail that cannot be sent is tried for ever, and nobody is asked",
        "workflows/registration.py",
        ", forward_options=BEHIND",
        "",
        (f"{REGISTRATION}::test_a_mail_that_cannot_be_sent_waits_for_days",),
    ),
    Mutant(
        "nobody above is told of a late welcome",
        "workflows/registration.py",
        '    escalations=(Escalation(after=timedelta(hours=20), to="head-of-customer-care"),),\n',
        "",
        (f"{REGISTRATION}::test_a_late_welcome_is_told",),
    ),
    Mutant(
        "an article stays although nobody knows of it",
        "workflows/content_publishing.py",
        ", compensation=Articles.remove_article",
        "",
        (f"{PUBLISHING}::test_what_became_of_the_article_is_not_known",),
    ),
    Mutant(
        "the editor waits for the index",
        "workflows/content_publishing.py",
        f"{ANSWER}{INDEX}",
        f"{INDEX}{ANSWER}",
        (f"{PUBLISHING}::test_the_editor_is_not_kept_waiting",),
    ),
    Mutant(
        "the index names the manuscript in place of the article",
        "workflows/content_publishing.py",
        "article_id=article.id, address=article.address, title",
        "article_id=manuscript.manuscript_id, address=article.address, title",
        (f"{PUBLISHING}::test_an_article_is_stored_and_found",),
    ),
    Mutant(
        "indexing is tried for ever, and nobody is asked",
        "workflows/content_publishing.py",
        ", retry_policy=INDEXING",
        "",
        (f"{PUBLISHING}::test_a_search_that_is_down_is_waited_for",),
    ),
    Mutant(
        "an overview takes as long as its slowest part",
        "workflows/customer_overview.py",
        "    schedule_to_close_timeout=DEADLINE,\n",
        "",
        (f"{OVERVIEW}::test_the_deadline_is_one_for_all",),
    ),
    Mutant(
        "an overview fails without the orders",
        "workflows/customer_overview.py",
        'saga.optional(saga.execute_activity(Orders.list_orders, newest, step="orders"))',
        'saga.execute_activity(Orders.list_orders, newest, step="orders")',
        (f"{OVERVIEW}::test_a_part_that_fails_is_named",),
    ),
    Mutant(
        "what a service does not know is not missing",
        "workflows/customer_overview.py",
        "            if came is None\n",
        "            if came is None and saga.error_of(part)\n",
        (f"{OVERVIEW}::test_what_a_service_does_not_know_is_missing",),
    ),
)
