"""The demo's calendar: it ends on a fixed day, so that every build is the same."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

BEGIN = date(2024, 7, 1)
"""The day the company moved to this database."""
TODAY = date(2026, 6, 30)
"""The last day in the data."""
NOW = datetime.combine(TODAY, time(18))
WEEK = timedelta(days=7)
FRIDAY, SUNDAY = 4, 6
OPENING_HOUR, CLOSING_HOUR = 8, 18


def day_between(rng: Random, first: date, last: date) -> date:
    """Return a day from `first` to `last`, both included; `first` when `last` is before it."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))


def working_hour(rng: Random, day: date) -> datetime:
    """Return a moment between 8:00 and 18:00 on `day`."""
    return datetime.combine(day, time(8)) + timedelta(seconds=rng.randrange(10 * 3600))


def waking_hour(rng: Random, day: date) -> datetime:
    """Return a moment between 6:00 and 23:00 on `day`."""
    return datetime.combine(day, time(6)) + timedelta(seconds=rng.randrange(17 * 3600))


def later(rng: Random, moment: datetime, *, hours: tuple[float, float]) -> datetime:
    """Return a moment that many hours after `moment`, never after NOW."""
    first, last = hours
    seconds = rng.randint(int(first * 3600), int(last * 3600))
    return min(moment + timedelta(seconds=seconds), NOW)


def later_at_work(rng: Random, moment: datetime, *, hours: tuple[float, float]) -> datetime:
    """Return a later moment between 8:00 and 18:00, never after NOW."""
    found = later(rng, moment, hours=hours)
    if found.hour >= CLOSING_HOUR:
        found += timedelta(hours=14)
    elif found.hour < OPENING_HOUR:
        found += timedelta(hours=8)
    return min(found, NOW)


def workday(day: date) -> date:
    """Return `day`, or the Monday after it when it is on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > FRIDAY else 0)


def month_end(month: date) -> date:
    """Return the last day of the month that contains `month`."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from `first` to `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
