"""One wrong value is one error: whatever depends on it is not judged, and all else is."""

import copy

import pytest
import yaml

from config.errors import nearest
from config.loading.loader import examine
from tests.organizations import SAMPLE, copy_sample

EVERY = 11
"""Of three thousand mistakes, each eleventh is made: a tenth of them would be those of one kind only."""


def values(data, path=()):
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key), value
        yield from values(value, (*path, key))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def mistakes(data):
    """Each value of a file in turn, misspelt or of a wrong kind: its path, the path of the mistake, the file's new content."""
    for path, value in values(data):
        above, key = path[:-1], path[-1]
        if isinstance(key, str):
            wrong = copy.deepcopy(data)
            entries = at(wrong, above)
            renamed = {f"{name}{name[-1]}" if name == key else name: entry for name, entry in entries.items()}
            entries.clear()
            entries.update(renamed)
            yield path, (*above, f"{key}{key[-1]}"), wrong
        for instead in ("?!", f"{value} USD", 7.5, [[]], None):
            if instead != f"{value} USD" or isinstance(value, str | int):
                wrong = copy.deepcopy(data)
                at(wrong, above)[key] = instead
                yield path, path, wrong


def cases():
    number = 0
    for file in sorted(SAMPLE.rglob("*.yaml")):
        data = yaml.safe_load(file.read_text())
        for path, place, wrong in mistakes(data):
            number += 1
            if number % EVERY == 0:
                yield file.relative_to(SAMPLE).as_posix(), path, place, wrong


def related(one, other):
    return all(mine == its for mine, its in zip(one, other, strict=False))


def errors(directory):
    return [problem for problem in examine(directory)[1] if problem.severity == "error"]


@pytest.mark.row("A3", "C14")
def test_a_refused_value_is_the_only_error(tmp_path):
    """Values that are as good as the old ones (another name, a slug that others may name) are no mistakes."""
    directory = copy_sample(tmp_path / "config")
    refused = 0
    for name, path, place, wrong in cases():
        original = (directory / name).read_text()
        (directory / name).write_text(yaml.safe_dump(wrong, sort_keys=False))
        found = errors(directory)
        (directory / name).write_text(original)
        own = [each for each in found if each.file == name and (related(each.path, place) or related(each.path, path))]
        if own:
            refused += 1
            assert found == own[:1], f"{name}, {place}:\n" + "\n".join(map(str, found))
    assert refused > 200


def replaced(directory, name, old, new):
    text = (directory / name).read_text()
    assert old in text
    (directory / name).write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("accounts/network.yaml", "nat:", "natt:", "Did you mean 'nat'?"),
        ("accounts/network.yaml", "cidr: 10.16.16.0/20", "cidr: 10.16.17.0/20", "Write '10.16.16.0/20'."),
        ("organization.yaml", "limit: 5000", "limit: 5000 USD", "found '5000 USD'; expected a number."),
        ("organization.yaml", "limit: 200 ", "limit: 200 USD ", "found '200 USD'; expected a number."),
    ],
)
def test_one_error(tmp_path, name, old, new, expected):
    directory = copy_sample(tmp_path / "config")
    replaced(directory, name, old, new)
    (problem,) = errors(directory)
    assert problem.file == name
    assert expected in str(problem)


def test_what_does_not_depend_on_it_is_judged(tmp_path):
    """A misspelt key of the network, and a share of a subnet that there is not; a service that nobody trusts."""
    directory = copy_sample(tmp_path / "config")
    replaced(directory, "accounts/network.yaml", "nat:", "natt:")
    replaced(directory, "organization.yaml", "      - private-b\n", "      - privat-b\n")
    replaced(directory, "organization.yaml", "  - guardduty.amazonaws.com\n", "")
    assert [each.key for each in errors(directory)] == [
        "delegated_administrators.guardduty.amazonaws.com",
        "shares.workload-subnets.subnets[1]",
        "settings.network.natt",
    ]


def test_a_second_account_for_security_is_one_error(tmp_path):
    """Whatever the first letter of its slug: nothing is judged by which of the two it is."""
    directory = copy_sample(tmp_path / "config")
    replaced(directory, "accounts/development.yaml", "name: Development\n", "name: Development\npurpose: security\n")
    (problem,) = errors(directory)
    assert (problem.key, problem.arrived) == ("purpose", "another account for security (the first is 'development')")
    assert problem.cure == "Give one of them another `purpose`, such as workload: security cannot be shared out."


def test_an_alias_of_a_key_is_told_what_a_keys_arn_is(tmp_path):
    directory = copy_sample(tmp_path / "config")
    settings = "settings: {baseline: {volume_keys: {eu-central-1: alias/volumes}}}\n"
    file = directory / "accounts/staging.yaml"
    file.write_text(file.read_text() + settings)
    (problem,) = errors(directory)
    assert problem.expected.startswith("the ARN of a KMS key or alias")


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("permissions_boundary", ["session_hours", "boundary", "tags"], "boundary"),
        ("customer_managed_policies", ["managed_policies", "customer_policies"], "customer_policies"),
        ("sesion_hours", ["session_hours", "hours"], "session_hours"),
        ("adaa", ["ada", "grace"], "ada"),
        ("colour", ["session_hours", "boundary"], None),
    ],
)
def test_the_word_that_was_meant(typed, known, meant):
    assert nearest(typed, known) == meant


@pytest.mark.parametrize(
    ("name", "old", "new", "meant"),
    [
        ("policies/no-long-lived-keys.yaml", "data-classification=", "data-clasification=", "confidential"),
        ("policies/no-long-lived-keys.yaml", "=confidential", "=Confidential", "confidential"),
        ("policies/no-long-lived-keys.yaml", "=confidential", "=public", None),
        ("policies/no-long-lived-keys.yaml", "tag:data-classification=", "tag:project=", None),
        ("organization.yaml", "  tag:environment=staging:", "  tag:environment=stagging:", "staging"),
    ],
)
def test_a_misspelt_tag_that_selects_no_account_is_told(tmp_path, name, old, new, meant):
    """A tag that accounts will have one day is no slip."""
    directory = copy_sample(tmp_path / "config")
    replaced(directory, name, old, new)
    found = [str(problem) for problem in examine(directory)[1] if "selects no account" in str(problem)]
    assert len(found) == (meant is not None)
    assert not meant or f"={meant}'?" in found[0]


def test_an_account_in_the_root_says_nothing_about_it(tmp_path):
    directory = copy_sample(tmp_path / "config")
    replaced(directory, "accounts/staging.yaml", "ou: workloads/staging", "ou: root")
    (problem,) = errors(directory)
    assert problem.cure == "Leave `ou` out: the account is in the root then."


def test_a_pool_in_a_region_that_is_not_governed_is_one_error_and_what_shares_it_none(tmp_path):
    directory = copy_sample(tmp_path)
    path = directory / "accounts/network.yaml"
    text = path.read_text()
    path.write_text(text.replace("      us-east-1: 10.32.0.0/12", "      us-west-1: 10.32.0.0/12"))
    assert path.read_text() != text
    (problem,) = errors(directory)
    assert problem.path == ("settings", "ipam", "regions", "us-west-1")
