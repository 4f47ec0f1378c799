"""Lists of GuardDuty as a whole; what is wrong with single lines is in refusals.yaml."""

import pytest

import config
from config.capabilities.security import SECURITY

pytestmark = pytest.mark.row("A3", "C6")
KEY = "security.guardduty.trusted_ip_list"


def written(directory, text):
    settings = "security:\n  guardduty: {trusted_ip_list: documents/offices.txt}\norganizational_units:\n  security: {}"
    directory.replace("organization.yaml", "organizational_units:\n  security: {}", settings)
    directory.write("policies/documents/offices.txt", text)


def told(directory, text):
    written(directory, text)
    with pytest.raises(config.ConfigError) as caught:
        config.load(directory.path)
    return [str(problem).partition(f"{KEY}: ")[2] for problem in caught.value.problems if KEY in str(problem)]


def addresses(count):
    return "".join(f"198.18.{number // 256}.{number % 256}\n" for number in range(count))


def test_more_than_guardduty_takes_are_refused(directory):
    (message,) = told(directory, addresses(2001))
    assert message.startswith("found 'documents/offices.txt' with 2,001 entries; expected at most 2,000.")


def test_a_file_of_something_else_is_told_in_a_few_lines(directory):
    found = told(directory, "".join(f"name-{number}.example.com\n" for number in range(300)))
    assert len(found) == 11
    assert "found 'documents/offices.txt' with 290 more lines like these; expected addresses and ranges." in found


@pytest.mark.parametrize(
    "entry", ["0.0.0.0/0", "205.0.0.0/7", "127.0.0.1", "224.0.0.1", "100.64.3.0/24", "1.2.3.4/032", "٣.1.1.1"]
)
def test_what_would_do_nothing_or_hide_the_internet_is_refused(directory, entry):
    assert len(told(directory, f"198.51.100.1\n{entry}\n")) == 1


def test_as_many_as_guardduty_takes_are_resolved(directory):
    written(directory, addresses(2000))
    found = SECURITY.of(config.load(directory.path)).guardduty.trusted_ip_list
    assert found.splitlines()[-1] == "198.18.7.207"
    assert len(found.splitlines()) == 2000
