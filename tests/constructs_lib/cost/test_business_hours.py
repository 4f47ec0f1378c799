"""The cron expressions are read as EventBridge Scheduler reads them and compared, day by day, with the calendar."""

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.cost.business_hours import WEEKDAYS, BusinessHours
from constructs_lib.errors import InvalidValueError


@cache
def numbers(field):
    spans = ((int(first), int(last or first)) for first, _, last in (part.partition("-") for part in field.split(",")))
    return frozenset(number for first, last in spans for number in range(first, last + 1))


def fires(expression, day):
    _, _, days, months, week, years = expression.removeprefix("cron(").removesuffix(")").split()
    assert (days == "?") != (week == "?")
    return (
        (days == "?" or day.day in numbers(days))
        and (months == "*" or day.month in numbers(months))
        and (week == "?" or WEEKDAYS[day.weekday()] in week.split(","))
        and (years == "*" or day.year in numbers(years))
    )


@pytest.mark.row("C11")
def test_without_holidays_there_is_one_start_and_one_stop_a_day():
    hours = BusinessHours("Europe/Berlin", start="06:30", stop="18:05")
    assert hours.start_expressions == {"weekly": "cron(30 6 ? * MON,TUE,WED,THU,FRI *)"}
    assert hours.stop_expression == "cron(5 18 ? * MON,TUE,WED,THU,FRI *)"


@pytest.mark.row("C11")
def test_a_holiday_writes_out_its_month_and_leaves_other_years_alone():
    hours = BusinessHours("UTC", holidays=("2026-12-25",))
    assert hours.start_expressions == {
        "weekly": "cron(0 7 ? 1-11 MON,TUE,WED,THU,FRI *)",
        "other-years-2026": "cron(0 7 ? 12 MON,TUE,WED,THU,FRI 1970-2025,2027-2199)",
        "2026-12": "cron(0 7 1-4,7-11,14-18,21-24,28-31 12 ? 2026)",
    }


def test_a_holiday_at_the_weekend_changes_nothing():
    assert BusinessHours("UTC", holidays=("2026-12-26",)) != BusinessHours("UTC")
    assert BusinessHours("UTC", holidays=("2026-12-26",)).start_expressions == BusinessHours("UTC").start_expressions


def test_the_order_of_holidays_changes_nothing():
    days = ("2027-01-01", "2026-12-25", "2026-01-01")
    assert (
        BusinessHours("UTC", holidays=days).start_expressions
        == BusinessHours("UTC", holidays=days[::-1]).start_expressions
    )


@pytest.mark.row("C11")
@settings(max_examples=40)
@given(
    holidays=st.sets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=40),
    weekdays=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
)
def test_machines_start_exactly_once_on_every_working_day_and_never_on_a_holiday(holidays, weekdays):
    hours = BusinessHours("UTC", weekdays=tuple(weekdays), holidays=tuple(map(date.isoformat, holidays)))
    day, expressions = date(2024, 12, 1), hours.start_expressions.values()
    while day < date(2028, 2, 1):
        expected = WEEKDAYS[day.weekday()] in weekdays and day not in holidays
        assert sum(fires(expression, day) for expression in expressions) == expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time_zone": "Europe/Bonn"}, "time_zone is 'Europe/Bonn'"),
        ({"time_zone": "../etc"}, "time_zone is '../etc'"),
        ({"start": "7:00"}, "start is '7:00'"),
        ({"start": "24:00"}, "start is '24:00'"),
        ({"stop": "06:00"}, "a time after 07:00"),
        ({"weekdays": ()}, "at least one of MON to SUN"),
        ({"weekdays": ("Monday",)}, "weekdays is 'Monday'"),
        ({"holidays": ("2026-02-30",)}, "holidays is '2026-02-30'"),
        ({"holidays": ("25.12.2026",)}, "a date such as"),
        ({"holidays": ("2226-12-25",)}, "a year from 1970"),
    ],
)
def test_what_no_calendar_knows_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        BusinessHours(**{"time_zone": "Europe/Berlin", **changes})
