"""What outlives a capability that is switched off is forgotten by Terraform, and not destroyed."""

import json
import subprocess
from dataclasses import replace

import pytest

from config import load
from config.capabilities.backup import Backup, Vault
from config.capabilities.capability import SECURE_BUCKET
from config.capabilities.delivery import _KEPT as STATE
from config.capabilities.delivery import _KEPT_LOGS as ACCESS_LOGS
from config.capabilities.kms_keys import KmsKey
from config.capabilities.logging import _KEPT as ARCHIVE
from config.capabilities.logging import _KEPT_COPIES as COPIES
from config.capabilities.logging.model import CloudWatchLogs, LoadBalancerLogs
from config.capabilities.security import _KEPT_FINDINGS as FINDINGS
from config.capabilities.security.model import FindingExport
from config.model.lock import Closed, Lock
from config.model.state import LocalState
from constructs_lib.policies.document import PolicyDocument
from estate.terraform.providers import environment
from estate.testing import addresses
from stacks.app import synthesize
from tests.organizations import SAMPLE
from tests.stacks.conftest import CHECKOUT

pytestmark = pytest.mark.row("E12")

CLOSED = Closed(id="9" * 12, email="closed@example.com", until="2027-02-27")
LOCK = Lock(organization_id="o-a1b2c3d4e5", root_id="r-ab12", management_account_id="1" * 12)


@pytest.fixture
def stacks_of(tmp_path):
    def run(organization, *names):
        synthesize(organization, CHECKOUT / ".terraform.lock.hcl", names, outdir=tmp_path / "out")
        return {name: json.loads((tmp_path / f"out/stacks/{name}/cdk.tf.json").read_text()) for name in names}

    return run


def sample():
    """The sample, whose accounts have their switches themselves (tests/stacks/test_baseline_stacks.py)."""
    organization = load(SAMPLE)
    policies = {slug: policy for slug, policy in organization.policies.items() if slug != "baseline-machines"}
    return replace(organization, policies=policies)


def off(lock=LOCK):
    """The sample without log archive and managed state, which has been deployed."""
    organization = sample()
    sections = {key: value for key, value in organization.sections.items() if key != "logging"}
    settings = {
        slug: found.model_copy(update={"config_recorder": None}) for slug, found in organization.settings.items()
    }
    return replace(organization, sections=sections, settings=settings, state=LocalState(), lock=lock)


@pytest.mark.parametrize(
    ("name", "kept", "starts"),
    [
        ("security", (*ARCHIVE, *COPIES, *FINDINGS), ("log-archive_",)),
        ("terraform", (*STATE, *ACCESS_LOGS), ("state_Bucket", "state_Key", "state-access_")),
    ],
)
def test_archive_and_states_are_forgotten(synthesized, stacks_of, name, kept, starts):
    made = [one for one in addresses(synthesized[name]) if one.partition(".")[2].startswith(starts)]
    assert "removed" not in synthesized[name]
    assert set(made) | {one for one in kept if "object_lock" in one} | {*COPIES, *FINDINGS} & set(kept) == set(kept)
    stack = stacks_of(off(), name)[name]
    assert stack["removed"] == [{"from": one, "lifecycle": {"destroy": False}} for one in sorted(kept)]
    assert not set(addresses(stack)) & set(kept)


@pytest.mark.row("C5", "D4")
def test_access_logs_that_are_switched_off_are_forgotten_and_no_longer_written(stacks_of):
    organization = replace(sample(), lock=LOCK)
    without = organization.state.model_copy(update={"access_logs": False})
    stack = stacks_of(replace(organization, state=without), "terraform")["terraform"]
    assert stack["removed"] == [{"from": one, "lifecycle": {"destroy": False}} for one in sorted(ACCESS_LOGS)]
    assert "aws_s3_bucket_logging" not in stack["resource"]


@pytest.mark.row("C5")
def test_locked_copies_that_are_switched_off_are_forgotten_and_no_longer_made(stacks_of):
    organization = replace(sample(), lock=LOCK)
    logging = organization.sections["logging"].model_copy(update={"locked_copies": True})
    copying = replace(organization, sections={**organization.sections, "logging": logging})
    on = stacks_of(copying, "security")["security"]
    assert set(COPIES) == {one for one in addresses(on) if one.partition(".")[2].startswith("log-archive_Copies_")}
    off = stacks_of(organization, "security")["security"]
    assert {one["from"] for one in off["removed"]} - {one["from"] for one in on["removed"]} == set(COPIES)
    assert not set(COPIES) & {one["from"] for one in on["removed"]}
    assert "aws_s3_bucket_replication_configuration" not in off["resource"]


def exporting(security, **said):
    export = FindingExport.model_validate(said)
    return security.model_copy(update={"guardduty": security.guardduty.model_copy(update={"export": export})})


@pytest.mark.row("C5", "C6")
@pytest.mark.parametrize(
    "change",
    [
        lambda security: exporting(security, enabled=False),
        lambda security: security,
        lambda security: security.model_copy(update={"guardduty": None}),
        lambda security: security.model_copy(
            update={"guardduty": security.guardduty.model_copy(update={"enabled": False})}
        ),
        lambda _security: None,
    ],
    ids=["switched off", "not said", "no guardduty", "guardduty off", "no security"],
)
def test_findings_that_are_no_longer_exported_are_forgotten_with_their_key(stacks_of, change):
    organization = replace(sample(), lock=LOCK)

    def stack(security):
        sections = {**organization.sections, "security": security}
        return stacks_of(replace(organization, sections=sections), "security")["security"]

    on, off = stack(exporting(organization.sections["security"])), stack(change(organization.sections["security"]))
    made = [one for one in addresses(on) if one.partition(".")[2].startswith("log-archive_Findings_")]
    assert set(made) == set(FINDINGS)
    assert len(made) == 2 + len(SECURE_BUCKET)
    assert {one["from"] for one in off["removed"]} - {one["from"] for one in on.get("removed", [])} == set(made)
    assert not any("guardduty-export-" in one for one in addresses(off))


@pytest.mark.row("E2")
def test_keys_of_volumes_that_are_switched_off_are_forgotten(stacks_of):
    organization = replace(sample(), lock=LOCK)

    def stack(**said):
        settings = organization.settings["production"]
        written = {**settings.baseline.model_dump(exclude_unset=True), **said}
        found = settings.model_copy(update={"baseline": type(settings.baseline).model_validate(written)})
        changed = replace(organization, settings={**organization.settings, "production": found})
        return stacks_of(changed, "production")["production"]

    on, off, never = stack(own_volume_key=True), stack(own_volume_key=False), stack()
    made = [one for one in addresses(on) if ".volume-key-" in one]
    assert len(made) == 2 * len(organization.governed_regions)
    assert {one["from"] for one in off.get("removed", [])} - {one["from"] for one in on.get("removed", [])} == set(made)
    assert never.get("removed") == on.get("removed")
    without = stack(own_volume_key=True, enabled=False)
    assert {one["from"] for one in without["removed"]} == set(made)
    assert not set(addresses(without)) & set(made)
    assert "removed" not in stack(enabled=False)


@pytest.mark.row("E2")
def test_vaults_that_are_switched_off_are_forgotten_with_their_keys(stacks_of):
    organization = replace(sample(), lock=LOCK)
    vaults = {"daily": Vault(), "copies": Vault(lock=None, copies_from_organization=True)}

    def stack(**said):
        found = organization.settings["production"].model_copy(update={"backup": Backup(vaults=vaults, **said)})
        settings = {**organization.settings, "production": found}
        return stacks_of(replace(organization, settings=settings), "production")["production"]

    on, off = stack(), stack(enabled=False)
    types = ("aws_backup_vault", "aws_kms_")
    made = [one for one in addresses(on) if one.startswith(types) and ".backup-" in one]
    assert len(made) == len(organization.governed_regions) * (2 + 2 + 1 + 1)
    gone = {one["from"] for one in off.get("removed", [])} - {one["from"] for one in on.get("removed", [])}
    assert gone == set(made)
    assert not set(addresses(off)) & set(made)


@pytest.mark.row("C5")
def test_the_bucket_of_cloudwatchs_logs_is_forgotten_when_it_is_switched_off(stacks_of):
    organization = replace(sample(), lock=LOCK)

    def stack(**said):
        logging = organization.sections["logging"].model_copy(update={"cloudwatch": CloudWatchLogs(**said)})
        return stacks_of(replace(organization, sections={**organization.sections, "logging": logging}), "security")[
            "security"
        ]

    on, off = stack(), stack(enabled=False)
    made = [one for one in addresses(on) if one.partition(".")[2].startswith("log-archive_CloudWatch_")]
    assert len(made) == len(SECURE_BUCKET) + 1
    assert {one["from"] for one in off["removed"]} - {one["from"] for one in on["removed"]} == set(made)
    assert not set(addresses(off)) & set(made)


@pytest.mark.row("C5")
def test_buckets_of_load_balancers_logs_that_are_switched_off_are_forgotten(stacks_of):
    organization = replace(sample(), lock=LOCK)

    def stack(**said):
        balancers = LoadBalancerLogs(**said)
        logging = organization.sections["logging"].model_copy(update={"load_balancers": balancers})
        return stacks_of(replace(organization, sections={**organization.sections, "logging": logging}), "security")[
            "security"
        ]

    on, off = stack(), stack(enabled=False)
    made = [one for one in addresses(on) if one.partition(".")[2].startswith("log-archive_LoadBalancers_")]
    assert len(made) == len(SECURE_BUCKET) * len(organization.governed_regions)
    forgotten = [{"from": one, "lifecycle": {"destroy": False}} for one in made]
    assert [one for one in off["removed"] if one not in on["removed"]] == sorted(forgotten, key=lambda one: one["from"])
    assert not set(addresses(off)) & set(made)
    never = stacks_of(organization, "security")["security"]
    assert never["removed"] == on["removed"]


@pytest.mark.row("E2")
def test_keys_of_its_own_that_an_account_or_a_region_loses_are_forgotten(stacks_of):
    organization = replace(sample(), lock=LOCK)

    def stack(regions, account="production"):
        key = KmsKey(
            "orders", "Orders", "orders", (organization.accounts[account],), regions, PolicyDocument(()), 365, 30
        )
        sections = {**organization.sections, "kms_keys": {"orders": key}}
        return stacks_of(replace(organization, sections=sections), "production")["production"]

    def forgotten(stack):
        return {one["from"] for one in stack.get("removed", [])}

    governed = tuple(organization.governed_regions)
    everywhere, somewhere, nowhere = stack(governed), stack(governed[:1]), stack(governed, "development")
    made = {one for one in addresses(everywhere) if ".kms-key-orders-" in one}
    assert len(made) == 2 * len(governed)
    assert forgotten(nowhere) - forgotten(everywhere) == made
    assert forgotten(somewhere) - forgotten(everywhere) == made - set(addresses(somewhere))
    assert len(made - set(addresses(somewhere))) == 2 * (len(governed) - 1)


def test_nothing_is_forgotten_before_anything_is_deployed(stacks_of):
    assert all("removed" not in stack for stack in stacks_of(off(lock=None), "security", "terraform").values())


def test_terraform_takes_it(stacks_of, tmp_path):
    stacks_of(off(), "security")
    directory = tmp_path / "out/stacks/security"
    for command in (["init", "-backend=false", "-input=false"], ["validate"]):
        done = subprocess.run(
            ["terraform", *command], cwd=directory, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.row("E5")
def test_a_closed_account_is_forgotten_unless_it_is_there_again(stacks_of):
    found = {}
    for slug in ("lab", "production"):
        lock = LOCK.model_copy(update={"closed": {slug: CLOSED}})
        found[slug] = stacks_of(replace(sample(), lock=lock), "management")["management"].get("removed")
    address = "aws_organizations_account.account-lab"
    assert found == {"lab": [{"from": address, "lifecycle": {"destroy": False}}], "production": None}
