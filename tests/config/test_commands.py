"""What `estate check` and `estate tree` print."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def estate(directory, *arguments):
    environment = {**os.environ, "ESTATE_CONFIG": str(directory.path), "COLUMNS": "100", "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "estate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=directory.path)


def lines(text):
    return [line.rstrip() for line in text.splitlines()]


def test_check_of_a_right_organization(directory):
    result = estate(directory, "check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == ".: 4 accounts, 4 OUs, 1 policy. No errors.\n"


def test_check_of_a_wrong_one(directory):
    directory.write("accounts/shop.yaml", "name: Shop\nou: workloads/prodution\n")
    result = estate(directory, "check")
    assert (result.returncode, result.stdout) == (1, "")
    assert lines(result.stderr) == [
        "error  accounts/shop.yaml:2  ou",
        "       found 'workloads/prodution'",
        "       expected the path of an OU: one of security, workloads, workloads/production,",
        "       workloads/staging",
        "       Did you mean 'workloads/production'?",
        "",
        "1 error in .",
    ]


def test_a_warning_is_no_failure(directory):
    directory.replace("policies/stay.yaml", "[root]", '["account:management"]')
    result = estate(directory, "check")
    assert result.returncode == 0
    assert lines(result.stderr)[0] == "warning  accounts/management.yaml:1"
    assert lines(result.stderr)[-1] == "1 warning in ."


def test_tree(directory):
    directory.write(
        "organization.lock.yaml",
        'organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: "111111111111"\n'
        'accounts: {shop: "222222222222"}\n',
    )
    result = estate(directory, "tree")
    assert result.returncode == 0
    assert lines(result.stdout) == [
        "Acme  o-a1b2c3d4e5",
        "aws, home eu-central-1, governed eu-central-1, us-east-1",
        "└── root  r-ab12",
        "    attached  stay",
        "    ├── Management  account:management  111111111111 (config)  eu-central-1",
        "    │   inherited stay (root)",
        "    ├── Security  ou:security  no id yet",
        "    │   inherited stay (root)",
        "    │   └── Security  account:security  no id yet  eu-central-1",
        "    │       inherited stay (root)",
        "    └── Workloads  ou:workloads  no id yet",
        "        inherited stay (root)",
        "        ├── Production  ou:workloads/production  no id yet",
        "        │   inherited stay (root)",
        "        │   └── Shop  account:shop  222222222222 (lock)  eu-central-1",
        "        │       inherited stay (root)",
        "        └── Staging  ou:workloads/staging  no id yet",
        "            inherited stay (root)",
        "            └── Test  account:test  no id yet  eu-central-1",
        "                inherited stay (root)",
    ]


def test_tree_of_a_wrong_organization(directory):
    directory.write("accounts/shop.yaml", "")
    result = estate(directory, "tree")
    assert (result.returncode, result.stdout) == (1, "")
    assert "accounts/shop.yaml" in result.stderr


def test_the_version_is_that_of_the_project(directory):
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    result = estate(directory, "--version")
    assert (result.returncode, result.stdout) == (0, f"{project['version']}\n")


def test_a_misspelt_command_is_told_the_nearest(directory):
    result = estate(directory, "chek")
    assert result.returncode == 2
    assert "No such command 'chek'. Did you mean 'check'?" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("guardrails", "stric"), "'stric' is not one of 'baseline', 'strict'. Did you mean 'strict'?"),
        (("controls", "shop", "--framework", "soc"), "'soc' is not one of 'cis', 'nist', 'pci'."),
        (("deploy", "--jobs", "two"), "expected a whole number"),
    ],
    ids=lambda each: each[0],
)
def test_a_wrong_argument_is_told_in_words(directory, arguments, said):
    result = estate(directory, *arguments)
    assert result.returncode == 2
    told = " ".join(result.stderr.replace("│", " ").split())
    assert f": {said}" in told
    assert "Value error" not in told


def test_help_names_the_variable_that_selects_a_configuration(directory):
    assert "ESTATE_CONFIG" in estate(directory, "--help").stdout
