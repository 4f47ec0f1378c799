"""What was said of stacks is not worked out again, and is said again."""

from functools import partial

import pytest

from config import load
from stacks import lockout, synthesis
from tests.organizations import write_organization

pytestmark = pytest.mark.row("E11")

ROLE = """\
  reader:
    name: Reader
    accounts: ["account:network"]
    trusted_by: [{account: workload-0001}]
    managed_policies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
"""
LOCKOUT = """\
type: service_control_policy
targets: ["ou:workloads"]
statements:
  - {effect: Deny, actions: ["iam:CreateRole"]}
"""


@pytest.fixture
def organization(tmp_path):
    directory = write_organization(tmp_path / "organization", 6)
    ids = {path.stem: f"{number:012}" for number, path in enumerate(sorted((directory / "accounts").iterdir()), 200)}
    accounts = "".join(f"  {slug}: '{id_}'\n" for slug, id_ in ids.items() if slug != "management")
    (directory / "organization.lock.yaml").write_text(
        f"organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: '111111111111'\naccounts:\n{accounts}"
    )
    return directory


@pytest.fixture
def looked(monkeypatch):
    """The stacks that were looked at again, and what else was worked out."""
    found = []

    def noting(name):
        function = getattr(synthesis, name)
        monkeypatch.setattr(
            synthesis,
            name,
            lambda *given: (found.append(given[0] if name == "judge" else name), function(*given))[1],
        )

    for name in ("judge", "judge_pairs", "lockouts"):
        noting(name)
    return found


def test_nothing_is_looked_at_twice(app, organization, tmp_path, looked, monkeypatch):
    monkeypatch.setattr(lockout, "resource_types", lambda *_: frozenset())  # what it tells of is not proved again
    app.run(organization, tmp_path / "out")
    assert looked == ["judge_pairs", "lockouts"]  # those just made are judged where they are made
    looked.clear()
    for number in (1, 2):
        with (organization / "accounts" / "workload-0001.yaml").open("a") as file:
            file.write(f"# {number}\n")
        assert app.run(organization, tmp_path / "out")[1] == []
    assert looked == []


def test_one_more_role_has_the_roles_looked_at_together(app, organization, tmp_path, looked):
    app.run(organization, tmp_path / "out")
    looked.clear()
    with (organization / "organization.yaml").open("a") as file:
        file.write(ROLE)
    app.run(organization, tmp_path / "out")
    assert looked == ["judge_pairs"]  # every type was known when the configuration was loaded


def test_warnings_are_said_again(app, organization, tmp_path, capsys):
    with (organization / "organization.yaml").open("a") as file:
        file.write(
            '  power:\n    name: Power\n    accounts: ["account:network"]\n    trusted_by: [{account: security}]\n'
            '    managed_policies: ["arn:aws:iam::aws:policy/AdministratorAccess"]\n'
        )
    app.run(organization, tmp_path / "out")
    first = capsys.readouterr().err
    assert "role/Power': It trusts the account" in first
    assert app.run(organization, tmp_path / "out")[2]
    assert capsys.readouterr().err == first
    with (organization / "organization.yaml").open("a") as file:
        file.write("# no change\n")
    assert app.run(organization, tmp_path / "out")[1:] == ([], False)
    assert capsys.readouterr().err == first


def test_what_is_refused_is_refused_every_time(app, organization, tmp_path, monkeypatch, capsys):
    """Though its stacks are kept. The configuration's own proof may let it pass: it knows of fewer types."""
    monkeypatch.setattr(synthesis, "load", partial(load, prove_access=False))
    monkeypatch.setattr(lockout, "resource_types", lambda *_: frozenset())
    (organization / "policies" / "lockout.yaml").write_text(LOCKOUT)
    said = []
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            app.run(organization, tmp_path / "out")
        assert ended.value.code == 1
        said.append(capsys.readouterr().err)
    assert "a lockout" in said[0]
    assert said[0] == said[1]
    assert app.made == []
