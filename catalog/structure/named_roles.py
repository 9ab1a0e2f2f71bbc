"""Columns called after what a row or a person is to this one, rather than after a table."""

from collections.abc import Iterator

from catalog import words
from catalog.structure import guesses
from catalog.structure.guesses import Guess, Question

_SELF = words.vocabulary(
    "parent ancestor root original previous prev next predecessor successor superior child"
    " sibling antecedent"
)
_SELF_PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "reports to", "report to", "reply to", "in reply to", "duplicate of", "replaced by",
        "merged into", "copied from", "derived from", "part of", "superseded by", "managed by",
    )
)  # fmt: skip
_AGENTS = words.vocabulary(
    "creator updater editor author owner uploader approver approved purchaser buyer seller sender"
    " receiver recipient inviter invitee assignee assignor reporter requester requestor reviewer"
    " moderator banner voter redeemer follower submitter publisher modifier deleter operator"
    " organizer organiser initiator issuer signer witness subscriber contributor commenter poster"
    " donor borrower lender writer actor"
)
_STAFF_AGENTS = words.vocabulary(
    "manager supervisor boss agent rep representative salesperson salesman technician mechanic"
    " teacher instructor inspector auditor handler cashier clerk coordinator planner controller"
    " mentor advisor"
)


def to_itself(asked: Question) -> Iterator[Guess]:
    """`parent_id`, `previous_version_id`, `reports_to`: another row of the same table."""
    own = asked.targets.by_id(asked.table.id)
    stem = asked.name.stem
    if own is None or not stem or asked.column.name == own.key.name:
        return
    phrase = asked.name.words in _SELF_PHRASES or stem in _SELF_PHRASES
    rest = stem[1:]
    related = stem[0] in _SELF and (not rest or rest == own.name[-len(rest) :])
    if phrase or (related and (asked.name.ending or guesses.identifies(asked.column, own.key))):
        of = own if rest else asked.targets.recorded(asked.table) or own
        evidence = (f"{' '.join(stem)} means another row of {of.table.id}",)
        yield Guess(target=of, key=of.key, score=0.8, evidence=evidence)


def by_person(asked: Question) -> Iterator[Guess]:
    """`creator_id`, `approved_by`, `sales_rep_id`: somebody of the table of people."""
    name, stem = asked.name.words, asked.name.stem
    by = name[-1:] == ("by",) or stem[-1:] == ("by",)
    staff = bool(stem) and stem[-1] in _STAFF_AGENTS
    agent = staff or (bool(stem) and stem[-1] in _AGENTS)
    if not (agent and asked.name.ending) and not (by and len(stem) > 1):
        return
    target = asked.targets.person(asked.table, staff=staff)
    if target is not None and guesses.identifies(asked.column, target.key):
        evidence = (f"{' '.join(stem)} is one of {target.table.id}",)
        yield Guess(target=target, key=target.key, score=0.75, evidence=evidence)
