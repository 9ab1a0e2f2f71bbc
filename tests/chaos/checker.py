"""`python -m tests.chaos.checker FOLDER` tells whether the product kept its promises in a run.

It knows the run's files only and imports nothing of the product, whose mistakes it would share.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.chaos import (
    evidence,
    rules_jobs,
    rules_limits,
    rules_model,
    rules_requests,
    rules_streams,
)
from tests.chaos.evidence import Evidence, Violation

Rule = Callable[[Evidence], Iterator[Violation]]

RULES: tuple[Rule, ...] = (
    rules_jobs.accepted_exist, rules_jobs.one_end, rules_jobs.numbered, rules_jobs.fenced,
    rules_jobs.one_result, rules_jobs.one_per_key, rules_jobs.one_active,
    rules_requests.answered, rules_requests.cancelled_in_time,
    rules_streams.in_order, rules_streams.as_stored, rules_streams.to_the_end,
    rules_streams.never_silent, rules_streams.never_back, rules_streams.none_fenced,
    rules_streams.admitted,
    rules_model.wanted, rules_model.few_at_a_time,
    rules_limits.streams_per_user, rules_limits.back_at_baseline, rules_limits.enough_happened,
)  # fmt: skip
#: Holds since answers are kept; before, every attempt asked anew.
WITH_CHECKPOINTS: tuple[Rule, ...] = (rules_model.once,)
MOST_SHOWN = 12  # of one rule: a thousand clients may see one mistake


def check(found: Evidence) -> list[Violation]:
    """Return every violation."""
    return [violation for rule in _rules(found) for violation in rule(found)]


def figures(found: Evidence) -> dict[str, int]:
    """Return how much there was to check."""
    connections = [each for following in found.followings for each in following.connections]
    messages = [
        event for following in found.followings for *_, event in rules_streams.told(following)
    ]
    milestones = sum("seq" in event for event in messages)
    return {
        "faults": sum(fault["hit"] for fault in found.faults),
        "jobs": len(found.jobs),
        "attempts": sum(job["attempt"] for job in found.jobs.values()),
        "clients": len(found.clients),
        "followings": len(found.followings),
        "connections": len(connections),
        "resumed": sum(connection.cursor > 0 for connection in connections),
        "refused": sum(connection.status == 429 for connection in connections),
        "milestones": milestones,
        "ticks": len(messages) - milestones,
        "model calls": len(found.calls),
        "requests": len(found.requests),
        "cancels timed": len(rules_requests.timed_cancels(found)),
    }


def main(folder: Path) -> int:
    """Print what was found; 1 when a promise was broken."""
    found = evidence.load(folder)
    violations = check(found)
    run = found.run
    _say(f"\nseed {run['seed']}, {run['minutes']:g} min, {run['database']}")
    kinds = Counter(f"{fault['kind']} {fault['target']}" for fault in found.faults if fault["hit"])
    _say("faults:    " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    states = Counter(job["status"] for job in found.jobs.values())
    _say("jobs:      " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    _say("checked:   " + ", ".join(f"{count:,} {name}" for name, count in figures(found).items()))
    names = [rule.__name__ for rule in _rules(found)]
    _say("rules:     " + ", ".join(name.replace("_", " ") for name in names))
    for rule, count in Counter(violation.rule for violation in violations).items():
        _say(f"\n{rule}: {count} times")
        for violation in [each for each in violations if each.rule == rule][:MOST_SHOWN]:
            _say(f"  {violation.text}\n    see {folder}/{violation.where}")
    (folder / "report.json").write_text(
        json.dumps(
            {
                "figures": figures(found),
                "kinds": dict(kinds),
                "states": dict(states),
                "violations": [vars(violation) for violation in violations],
            },
            indent=1,
        )
    )
    _say(f"\n{len(violations)} violations" if violations else "\nno violation")
    if violations:
        command = f"make chaos SEED={run['seed']} MINUTES={run['minutes']:g}"
        _say(f"replay: {command} DATABASE={run['database']}")
    return 1 if violations else 0


def _rules(found: Evidence) -> tuple[Rule, ...]:
    return RULES + (WITH_CHECKPOINTS if "checkpoints" in found.tables else ())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
