"""When people work, as cron expressions. Pure arithmetic, no construct, no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_one_of

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MONTHS = range(1, 13)


@typed
@dataclass(frozen=True)
class BusinessHours:
    """The hours in which machines run.

    Args:
        time_zone: A name of the tz database, such as ``Europe/Berlin``; summer time follows from it.
        start: When they start, ``HH:MM``. Default: 07:00.
        stop: When they stop, later on the same day. Default: 19:00.
        weekdays: On which days, ``MON`` to ``SUN``. Default: Monday to Friday.
        holidays: Days on which they do not start, ``YYYY-MM-DD``. Past ones may stay. Default: none.

    Raises:
        InvalidValueError: If the time zone, a time, a weekday or a date is none, or they stop before they start.

    Example:
        >>> BusinessHours("Europe/Berlin", holidays=("2026-12-25",)).stop_expression
        'cron(0 19 ? * MON,TUE,WED,THU,FRI *)'
    """

    time_zone: str
    start: str = "07:00"
    stop: str = "19:00"
    weekdays: tuple[str, ...] = WEEKDAYS[:5]
    holidays: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no clock and no calendar knows."""
        _require_time_zone(self.time_zone)
        for name in ("start", "stop"):
            require_match(name, getattr(self, name), _TIME, expected="a time such as '07:00'")
        if self.stop <= self.start:
            raise InvalidValueError("stop", self.stop, expected=f"a time after {self.start}, on the same day")
        if not self.weekdays:
            raise InvalidValueError("weekdays", self.weekdays, expected="at least one of MON to SUN")
        for day in self.weekdays:
            require_one_of("weekdays", day, WEEKDAYS)
        for holiday in self.holidays:
            _require_date(holiday)

    @property
    def stop_expression(self) -> str:
        """The cron expression that stops; on holidays too, where it finds nothing to stop."""
        return f"cron({_at(self.stop)} ? * {self._week} *)"

    @property
    def start_expressions(self) -> dict[str, str]:
        """The cron expressions that start, by a short name that stays the same as holidays come and go.

        Cron knows no exceptions. Months with holidays are written out day by day for their year (``2026-12``); all other
        years of those months are ``other-years``, all other months ``weekly``.
        """
        days_off: dict[tuple[int, int], set[int]] = defaultdict(set)
        for found in map(date.fromisoformat, self.holidays):
            if WEEKDAYS[found.weekday()] in self.weekdays:
                days_off[found.year, found.month].add(found.day)
        expressions = {}
        plain = [month for month in _MONTHS if all(month != other for _, other in days_off)]
        if plain:
            expressions["weekly"] = self._cron(days="?", months=_ranges(plain), week=self._week, years="*")
        # Months with holidays in the same years share one expression for all the other years.
        by_years: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for month in sorted({month for _, month in days_off}):
            by_years[tuple(sorted(year for year, other in days_off if other == month))].append(month)
        for years, months in sorted(by_years.items()):
            name = "other-years-" + "-".join(map(str, years))
            others = _ranges([year for year in range(_FIRST_YEAR, _LAST_YEAR + 1) if year not in years])
            expressions[name] = self._cron(days="?", months=_ranges(months), week=self._week, years=others)
        for (year, month), off in sorted(days_off.items()):
            days = [day for day in self._work_days(year, month) if day not in off]
            if days:
                expressions[f"{year}-{month:02}"] = self._cron(
                    days=_ranges(days), months=str(month), week="?", years=str(year)
                )
        return expressions

    @property
    def _week(self) -> str:
        return ",".join(day for day in WEEKDAYS if day in self.weekdays)

    def _cron(self, *, days: str, months: str, week: str, years: str) -> str:
        return f"cron({_at(self.start)} {days} {'*' if months == '1-12' else months} {week} {years})"

    def _work_days(self, year: int, month: int) -> list[int]:
        last = monthrange(year, month)[1]
        return [day for day in range(1, last + 1) if WEEKDAYS[date(year, month, day).weekday()] in self.weekdays]


def _at(time: str) -> str:
    hours, minutes = time.split(":")
    return f"{int(minutes)} {int(hours)}"


def _ranges(numbers: list[int]) -> str:
    """1, 2, 3, 5 → 1-3,5."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)


def _require_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        # A system without the tz database knows no zone at all: then AWS decides.
        if available_timezones():
            raise InvalidValueError("time_zone", name, expected="a time zone such as 'Europe/Berlin'") from None


def _require_date(text: str) -> None:
    expected = "a date such as '2026-12-25'"
    require_match("holidays", text, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", expected=expected)
    try:
        year = date.fromisoformat(text).year
    except ValueError:
        raise InvalidValueError("holidays", text, expected=expected) from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise InvalidValueError("holidays", text, expected=f"a year from {_FIRST_YEAR} to {_LAST_YEAR}")
