"""Which tests must notice that a guard is gone: the narrow ones beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.mutants.finding import Mutant

WALK: Final = "tests/access/test_routes.py"
_CITIZEN: Final = f"{WALK}: citizen:"
_OFFICE: Final = f"{WALK}: backoffice:"
_API: Final = f"{WALK}: api:"
"""A file of tests; with `: words`, those of its tests that walk a route whose name begins so."""

TESTS: Final[dict[str, tuple[str, ...]]] = {
    "portal/access/staff.py": ("tests/people/test_staff_login.py",),
    "portal/access/clients.py": ("tests/api/test_access.py",),
    "portal/access/recording.py": ("tests/access/test_recording.py",),
    "portal/access/login.py": ("tests/people/test_who_may_log_in.py",),
    "portal/access/denials/": ("tests/backoffice/test_denials.py",),
    "portal/access/assist/": (
        "tests/access/test_only_for_oneself.py",
        "tests/helpdesk/test_assist.py",
        "tests/helpdesk/test_danger.py",
        "tests/helpdesk/test_codes.py",
        "tests/helpdesk/test_together.py",
    ),
    "portal/access/filing/": (
        "tests/helpdesk/test_filing.py",
        "tests/helpdesk/test_filing_pages.py",
        "tests/helpdesk/test_doors.py",
    ),
    "portal/access/joining.py": ("tests/helpdesk/test_joining.py",),
    "portal/access/": (
        "tests/access/test_only_for_oneself.py",
        "tests/access/test_door.py",
        "tests/access/test_representation.py",
    ),
    "portal/people/staff/": ("tests/people/test_staff_login.py", "tests/people/test_staff_abuse.py"),
    "portal/people/sessions.py": ("tests/people/test_sessions.py", "tests/people/test_staff_login.py"),
    "portal/people/actor.py": ("tests/people/test_actor.py",),
    "portal/people/saml/": ("tests/people/saml/test_saml_refused.py", "tests/people/saml/test_saml_login.py"),
    "portal/people/": (
        "tests/people/test_login_refused.py",
        "tests/people/test_login.py",
        "tests/people/test_bsn_and_keys.py",
        "tests/people/test_sessions.py",
        "tests/people/test_who_may_log_in.py",
    ),
    "portal/ledger/engine/": ("tests/ledger/test_engine.py", "tests/ledger/test_gather.py"),
    "portal/ledger/log/": (
        "tests/ledger/test_uses.py",
        "tests/ledger/test_history.py",
        "tests/ledger/test_verify.py",
    ),
    "portal/cases/auditing/": ("tests/backoffice/test_audit.py",),
    "portal/cases/journey/": (
        "tests/cases/test_submit.py",
        "tests/cases/test_grounds.py",
        "tests/cases/test_followups.py",
        "tests/cases/test_earlier.py",
        "tests/citizen/test_report.py",
        _CITIZEN,
    ),
    "portal/cases/reading/": (_OFFICE, _CITIZEN, _API),
    "portal/cases/back/": ("tests/cases/test_hearing.py", "tests/api/test_cases.py"),
    "portal/cases/involved.py": ("tests/backoffice/test_involved.py",),
    "portal/cases/restricting/": ("tests/citizen/test_restricting.py", "tests/api/test_restricted.py"),
    "portal/cases/deciding/": (
        "tests/backoffice/test_care.py",
        "tests/backoffice/test_endings.py",
        "tests/api/test_concluding.py",
    ),
    "portal/cases/desk/": (
        "tests/backoffice/test_proposals.py",
        "tests/backoffice/test_desk.py",
        "tests/backoffice/test_worklist.py",
        "tests/backoffice/test_involved.py",
    ),
    "portal/practice/": ("tests/practice/test_exercises.py", "tests/practice/test_place.py"),
    "portal/cases/talk/": (
        "tests/talk/test_asking.py",
        "tests/talk/test_writing.py",
        "tests/talk/test_changing.py",
        "tests/talk/test_files.py",
        "tests/talk/test_bad_uploads.py",
        "tests/talk/test_letters.py",
        _CITIZEN,
        _OFFICE,
    ),
    "portal/cases/terms/": ("tests/cases/test_terms.py", "tests/citizen/test_late.py"),
    "portal/cases/disputes/": (
        "tests/cases/test_disputes.py",
        "tests/citizen/test_disputes.py",
        "tests/backoffice/test_disputes.py",
        _CITIZEN,
        _OFFICE,
    ),
}


def narrow_tests(mutant: Mutant) -> tuple[str, ...]:
    """By the longest path that fits; of an entry of the table the walk over that very route."""
    if mutant.kind == "table":
        return (f"{WALK}: {mutant.what} ",)
    fitting = [path for path in TESTS if mutant.module.startswith(path)]
    return TESTS[max(fitting, key=len)] if fitting else ()


def files_of(names: tuple[str, ...]) -> set[str]:
    """The files in which they stand."""
    return {name.partition(":")[0] for name in names}


def belongs(node_id: str, names: tuple[str, ...]) -> bool:
    """Whether a test, by its id, is one of these."""
    file = node_id.partition("::")[0]
    for name in names:
        path, _, route = name.partition(": ")
        if file == path and (not route or ("test_who_gets_what[" in node_id and f" {route}" in node_id)):
            return True
    return False
