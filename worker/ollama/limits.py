"""How much a model may read at once, how long to wait for it, and how often to ask again."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds and tokens of one model server's calls."""

    num_ctx: int  # tokens of prompt and answer; another value makes the server load it again
    connect_seconds: float = 5.0
    notice_seconds: float = 1.0  # then people are told that nothing comes yet
    first_seconds: float = 300.0  # loading the model and reading the prompt happen before
    next_seconds: float = 60.0  # from one chunk to the next
    step_seconds: float = 1800.0  # for one question with all its retries; also for a free slot
    retries: int = 5  # of what may go better later
    first_pause_seconds: float = 0.5  # the most before the first retry; it doubles
    longest_pause_seconds: float = 20.0
    out_seconds: float = 30.0  # how long a server that is away is left out
