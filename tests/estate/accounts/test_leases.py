"""`estate account lease`: a sandbox with an end date and a budget is warned of, quarantined, cleaned, closed or given to the next."""

import datetime as dt

import boto3
import pytest
import yaml
from typer.testing import CliRunner

from config import load
from config.loading.lock import write_lock
from config.model.lock import Lock
from estate.accounts import leasing
from estate.accounts.cleaning import CleanError, nuke
from estate.accounts.leasing import GRACE, WARNED, Stage, spending, standing
from estate.cli import app

pytestmark = pytest.mark.row("E5")

TODAY = dt.datetime.now(dt.UTC).date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def organization(config):
    """The sample with ids, its development account lent and quarantined."""
    management = load(config).management
    ids = {slug: f"{number:012}" for number, slug in enumerate(sorted(load(config).accounts), 222222222222)}
    lock = Lock(
        organization_id="o-a1b2c3d4e5",
        root_id="r-ab12",
        management_account_id=management.id,
        accounts={slug: id_ for slug, id_ in ids.items() if slug != management.slug},
    )
    write_lock(config, lock)
    lease()
    account("quarantine", "development")
    return load(config)


def account(*arguments, code=0):
    result = CliRunner().invoke(app, ["account", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def lease(*more, until=TODAY + 30 * DAY):
    return account("lease", "development", "--until", until, "--email", "ada@example.com", "--budget", "50", *more)


def content(config):
    return yaml.safe_load((config / "accounts/development.yaml").read_text())


def end(config, days):
    """Let the lease have ended so many days ago."""
    path = config / "accounts/development.yaml"
    found = yaml.safe_load(path.read_text())
    found["lease"]["until"] = (TODAY - days * DAY).isoformat()
    path.write_text(yaml.safe_dump(found, sort_keys=False))


def test_somebody_gets_it_and_keeps_it_for_longer(config):
    printed = lease()
    found = content(config)
    until = (TODAY + 30 * DAY).isoformat()
    assert found["lease"] == {"until": until, "emails": ["ada@example.com"], "then": "close"}
    assert found["settings"]["budget"] == {"limit": 50, "emails": ["ada@example.com"]}
    assert f"development: lent to ada@example.com until {until}; then it is closed" in printed
    assert "estate deploy development" in printed  # whose budget tells who has it
    account("lease", "development", "--until", TODAY + 60 * DAY)
    assert content(config)["lease"] == {**found["lease"], "until": (TODAY + 60 * DAY).isoformat()}


@pytest.mark.parametrize(
    ("until", "stage"),
    [
        (TODAY + WARNED + DAY, Stage.RUNNING),
        (TODAY + WARNED, Stage.RUNNING),
        (TODAY + WARNED - DAY, Stage.ENDING),
        (TODAY, Stage.ENDING),
    ],
)
def test_it_is_warned_of_before_it_ends(config, until, stage):
    lease(until=until)
    assert standing(load(config), "development", TODAY).stage is stage


@pytest.mark.parametrize(
    ("spent", "stage"),
    [(None, Stage.RUNNING), (39.99, Stage.RUNNING), (40, Stage.ENDING), (49.99, Stage.ENDING), (50, Stage.ENDED)],
)
def test_it_ends_when_its_budget_is_spent(config, spent, stage):
    lease()
    assert standing(load(config), "development", TODAY, spent).stage is stage


def test_the_scheduled_job_warns_and_quarantines(config, tmp_path):
    lease(until=TODAY)
    lines = tmp_path / "warnings"
    account("leases", "--write", "--warnings", lines)
    assert "state" not in content(config)
    assert lines.read_text().startswith(f"Lease of development: ends on {TODAY}\t")
    end(config, 1)
    printed = account("leases", "--write", "--warnings", lines)
    assert content(config)["state"] == "quarantined"
    assert "development: in use → quarantined" in printed
    assert lines.read_text() == ""
    assert standing(load(config), "development", TODAY).stage is Stage.QUARANTINED
    before = content(config)
    account("leases", "--write", "--warnings", lines)  # the next day nothing is left to do
    assert content(config) == before
    # It may go on after all, as it was.
    account("lease", "development", "--until", TODAY + 60 * DAY)
    account("restore", "development")
    assert standing(load(config), "development", TODAY).stage is Stage.RUNNING


def test_what_is_quarantined_for_money_ends_that_day(config, monkeypatch):
    lease()
    monkeypatch.setattr(leasing, "spending", lambda *_: 51.0)
    account("leases", "--write", "--spending")
    found = content(config)
    assert (found["state"], found["lease"]["until"]) == ("quarantined", (TODAY - DAY).isoformat())


def test_nothing_is_cleaned_before_the_time_that_was_given(config):
    lease()
    account("quarantine", "development")
    end(config, GRACE.days)
    assert standing(load(config), "development", TODAY).stage is Stage.QUARANTINED
    end(config, GRACE.days + 1)
    found = standing(load(config), "development", TODAY)
    assert found.stage is Stage.DUE
    assert found.next == "estate account clean development, then estate account close development"


def test_cleaning_leaves_the_other_accounts_and_the_way_in(config, organization):
    found = yaml.safe_load(nuke(organization, organization.accounts["development"]))
    own = organization.accounts["development"].id
    assert set(found["blocklist"]) == {each.id for each in organization.accounts.values()} - {own}
    assert list(found["accounts"]) == [own]
    filters = found["accounts"][own]["filters"]
    kept = {each["value"] for each in filters["IAMRole"]}
    assert kept == {
        "AWSReservedSSO_*",
        "OrganizationAccountAccessRole",
        "TerraformExecutionRole",
        organization.ci.account_plan_role,
    }
    # By aws-nuke's source (3.x): these are its names of a tag `stack`, and these types have none.
    names = ["tag:stack", "tag:role:stack", "tag:igw:stack", "tag:vpc:stack", "key:tag:stack", "zone:tag:stack"]
    assert filters["__global__"] == [{"property": name, "value": "development"} for name in names]
    assert {
        "S3Object",
        "IAMAccountSettingPasswordPolicy",
        "GuardDutyDetector",
        "ConfigServiceConfigurationRecorder",
    } <= set(found["resource-types"]["excludes"])
    assert set(found) == {"regions", "blocklist", "resource-types", "bypass-alias-check-accounts", "accounts"}
    printed = account("clean", "development", "--to", config.parent / "clean.yaml")
    role = f"arn:aws:iam::{own}:role/OrganizationAccountAccessRole"
    assert f"--assume-role-arn {role} --no-alias-check\nshows what it would delete" in printed
    assert yaml.safe_load((config.parent / "clean.yaml").read_text()) == found


def test_only_what_was_lent_and_is_out_of_use_is_cleaned(config, organization):
    with pytest.raises(CleanError, match="production has no `lease`"):
        nuke(organization, organization.accounts["production"])
    account("restore", "development")
    organization = load(config)
    with pytest.raises(CleanError, match="development is in use"):
        nuke(organization, organization.accounts["development"])


def test_it_goes_back_to_the_pool_as_it_was_before(config):
    before = content(config)
    lease("--then", "pool")
    account("quarantine", "development")
    end(config, 30)
    assert standing(load(config), "development", TODAY).next.endswith("estate account release development")
    account("release", "development")
    assert content(config) == {**before, "lease": {"then": "pool"}}
    assert standing(load(config), "development", TODAY).stage is Stage.FREE
    assert "is in the pool already" in account("release", "development")


def test_one_that_nobody_has_is_free_and_the_scheduled_job_leaves_it_alone(config, tmp_path):
    path = config / "accounts/development.yaml"
    path.write_text(path.read_text() + "lease: {then: pool}\n")
    before, lines = content(config), tmp_path / "warnings"
    printed = account("leases", "--write", "--spending", "--warnings", lines)  # without credentials: nobody is asked
    assert "nobody has it" in printed
    assert standing(load(config), "development", TODAY, spent=1000).stage is Stage.FREE
    assert (content(config), lines.read_text()) == (before, "")
    lease()
    assert content(config)["lease"]["then"] == "pool"


def test_bad_input_changes_nothing(config):
    before = content(config)
    assert "has passed" in account("lease", "development", "--until", "2020-01-01", "--email", "a@example.com", code=1)
    assert "is no day" in account("lease", "development", "--until", "soon", "--email", "a@example.com", code=1)
    assert "Say who has it" in account("lease", "development", "--until", TODAY + DAY, code=1)
    assert "not of the pool" in account("release", "development", code=1)
    account("lease", "network", "--until", TODAY + DAY, "--email", "a@example.com", code=1)
    assert content(config) == before


def test_what_was_spent_is_asked_of_aws(config, local, make_account, monkeypatch):
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    lease()
    id_ = make_account("development")
    (config / "accounts/development.yaml").write_text(
        (config / "accounts/development.yaml").read_text() + f'id: "{id_}"\n'
    )
    organization = load(config)
    iam = local.session(id_).client("iam")
    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}'
    )
    role = organization.ci.account_plan_role
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    budget = {
        "BudgetName": "account-development",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "50", "Unit": "USD"},
        "CalculatedSpend": {"ActualSpend": {"Amount": "12.5", "Unit": "USD"}},
    }
    local.session(id_).client("budgets").create_budget(AccountId=id_, Budget=budget)
    assert spending(organization, organization.accounts["development"], boto3.Session()) == 12.5
