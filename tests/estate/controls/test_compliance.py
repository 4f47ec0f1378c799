"""Which controls of a framework are kept in an account, and by what."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from config.loading.loader import load
from constructs_lib.policies.catalogue import ENTRIES
from constructs_lib.policies.data import load as load_data
from constructs_lib.policies.frameworks import FRAMEWORKS, framework, served_by
from estate.cli import app
from estate.controls.compliance import Keeper, compliance
from tests.organizations import write_organization

pytestmark = pytest.mark.row("E3")
SHOP, OTHER = "workload-0000", "network"
GUARD = "type: service_control_policy\nguardrail: {}\ntargets: ['ou:workloads']\n"
ON = """\
logging: {}
security:
  security_hub:
    policies:
      organization: {targets: [root], standards: [aws-foundational]}
      workloads:
        targets: ["ou:workloads"]
        standards: [nist-800-53, cis-3.0.0]
        disabled_controls: {EC2.8: "not yet"}
  config:
    rules:
      mfa: {identifier: MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS}
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    path = write_organization(tmp_path_factory.mktemp("compliance") / "config", 6)
    text = (path / "organization.yaml").read_text()
    services = ("cloudtrail", "config", "config-multiaccountsetup", "securityhub")
    trusted = ", ".join(f"{name}.amazonaws.com" for name in services)
    text = text.replace("trusted_services: [", f"trusted_services: [{trusted}, ")
    administered = "".join(f"  {name}.amazonaws.com: security\n" for name in services)
    text = text.replace("delegated_administrators:\n", f"delegated_administrators:\n{administered}")
    (path / "organization.yaml").write_text(text + ON)
    shop = path / "accounts" / f"{SHOP}.yaml"
    written = shop.read_text()
    own = "  baseline: {}\n  config_recorder: {}\n"
    shop.write_text(
        written.replace("settings:\n", f"settings:\n{own}") if "settings:" in written else f"{written}settings:\n{own}"
    )
    for name in ("deny-public-function-urls", "require-imdsv2", "deny-iam-users"):
        (path / "policies" / f"own-{name}.yaml").write_text(GUARD.format(name))
    return path


@pytest.fixture(scope="module")
def kept(directory):
    configuration = load(directory, prove_access=False)

    def found(key, *slugs):
        accounts = [configuration.accounts[slug] for slug in slugs]
        return {each.control.id: each for each in compliance(configuration, framework(key), accounts)}

    return found


def names(each):
    return {(keeper.kind, keeper.name) for keeper in each.keepers}


def test_a_control_is_kept_by_guardrails_switches_rules_and_standards(kept):
    cis = kept("cis", SHOP)
    assert names(cis["5.7"]) == {("guardrail", "own-require-imdsv2"), ("switch", "baseline.require_imdsv2")}
    assert ("security hub", "cis-3.0.0") in names(cis["5.5"])
    assert names(cis["1.9"]) == {
        ("guardrail", "own-deny-iam-users"),
        ("config rule", "mfa"),
        ("security hub", "cis-3.0.0"),
    }
    assert (cis["1.1"].keepers, cis["1.1"].open_accounts) == ((), (SHOP,))


def test_a_control_that_security_hub_was_told_to_leave_out_is_not_watched(kept):
    assert ("security hub", "cis-3.0.0") not in names(kept("cis", SHOP)["5.7"])


def test_a_standard_watches_its_own_framework_where_it_is_on(kept):
    assert ("security hub", "nist-800-53") in names(kept("nist", SHOP)["AC-3"])
    assert not [
        keeper for each in kept("pci", SHOP).values() for keeper in each.keepers if keeper.kind == "security hub"
    ]
    assert not [
        keeper for each in kept("cis", OTHER).values() for keeper in each.keepers if keeper.kind == "security hub"
    ]


def test_several_accounts_are_told_apart(kept):
    both = kept("cis", SHOP, OTHER)
    assert Keeper("switch", "baseline.require_imdsv2", (SHOP,)) in both["5.7"].keepers
    assert both["5.7"].open_accounts == (OTHER,)


def test_the_command_writes_a_table_json_and_csv(directory, monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(app, ["controls", *arguments])

    table = run("--framework", "cis", SHOP)
    assert table.exit_code == 0
    assert "guardrail own-require-imdsv2" in table.stdout
    assert "of 63 controls are kept or watched." in table.stdout
    everywhere = run("--framework", "cis").stdout
    assert "nobody in " in everywhere
    data = json.loads(run("--framework", "nist", SHOP, "--json").stdout)
    assert (data["framework"], len(data["controls"])) == ("NIST SP 800-53", len(framework("nist").controls))
    rows = list(csv.DictReader(io.StringIO(run("--framework", "pci", SHOP, "--format", "csv").stdout)))
    assert {row["control"] for row in rows} == {control.id for control in framework("pci").controls}
    assert all(row["kept by"] for row in rows)
    assert run().exit_code == 1
    assert run(SHOP, "--format", "csv").exit_code == 1
    assert run("--framework", "cis", "shop-0000").exit_code == 1


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_every_framework_is_whole(key):
    found = framework(key)
    assert found.source.startswith("https://")
    ids = [control.id for control in found.controls]
    assert len(ids) == len(set(ids)) >= 60
    assert sum(bool(control.checks) for control in found.controls) > len(ids) / 2


def test_what_keeps_a_check_is_there():
    for name, check in load_data("frameworks")["checks"].items():
        assert set(check.get("guardrails", ())) <= set(ENTRIES), name
    assert "1.3" in served_by("deny-root-user")["cis"]
    assert served_by("deny-chat-commands") == {}
