"""`estate import-lza`: nothing is written in part, nothing is overwritten, and everything is told."""

import json
import re

import pytest
from typer.testing import CliRunner

import config
from config.loading.lock import read_lock
from estate.cli import app
from tests.estate.adoption.test_view import snapshot
from tests.estate.lza.conftest import MEADOW, take


def run(*arguments, code=0, columns="200"):
    found = CliRunner().invoke(app, ["import-lza", *map(str, arguments)], env={"COLUMNS": columns})
    assert found.exit_code == code, found.output
    return found


def test_it_writes_what_check_accepts_and_says_what_comes_next(tmp_path):
    found = run(MEADOW, "--into", tmp_path / "new")
    assert "estate check" in found.stdout
    assert "docs/adopting.md" in found.stdout
    assert re.search(r"\d+ blocks: \d+ taken, \d+ differs, \d+ left out", found.stdout)
    names = {path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*.*")}
    assert {"organization.yaml", "lza.md", "accounts/shop-live.yaml", "policies/keep-logs.yaml"} <= names
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    page = (tmp_path / "new" / "lza.md").read_text()
    assert "**network-config.yaml, `vpcs.routeTables`**" in page


def test_without_a_directory_it_only_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "Nothing was written" in run(MEADOW).stdout
    assert [*tmp_path.iterdir()] == []


def test_a_directory_that_holds_something_stays_as_it_is(tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert "is not empty: it holds mine" in run(MEADOW, "--into", tmp_path, code=1).output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_nothing_is_written_of_a_broken_one(tmp_path, changed):
    source = changed("global-config.yaml", ("homeRegion:", "homeRegions:"))
    found = run(source, "--into", tmp_path / "new", code=1)
    assert re.search(r"global-config\.yaml:1 +homeRegion", found.output)
    assert not (tmp_path / "new").exists()


def test_the_management_accounts_id_has_to_be_known_to_write(tmp_path, changed):
    source = changed("accounts-config.yaml", ('- {email: ROOT@meadow.example, accountId: "111111111111"}\n', ""))
    assert "--account-id Management=ID" in run(source, "--into", tmp_path / "new", code=1).output
    assert not (tmp_path / "new").exists()
    run(source, "--into", tmp_path / "new", "--account-id", "Management=333333333333")
    assert 'id: "333333333333"' in (tmp_path / "new/accounts/management.yaml").read_text().replace("'", '"')


def test_programs_get_all_of_it_and_nothing_else(tmp_path):
    found = json.loads(run(MEADOW, "--into", tmp_path / "new", "--json").stdout)
    blocks = {f"{block['file']} {block['key']}": block for block in found["blocks"]}
    assert blocks["global-config.yaml homeRegion"]["state"] == "taken"
    assert blocks["global-config.yaml homeRegion"]["place"] == "global-config.yaml:1"
    assert blocks["network-config.yaml vpcs.ipamAllocations"]["differs"]
    assert "shop-live" in found["accounts"]


@pytest.mark.parametrize("columns", ["80", "200"])
def test_the_table_has_every_block_and_fits(columns):
    text = run(MEADOW, columns=columns).stdout
    *table, _ = text.splitlines()
    assert max(map(len, table)) <= int(columns)
    said = re.sub(r"\s+", "", text)
    for result in json.loads(run(MEADOW, "--json").stdout)["blocks"]:
        assert result["key"] in text
        for each in result["differs"] if columns == "80" else ():
            assert re.sub(r"\s+", "", each) in said


UNITS = [
    ("ou-ab12-11111111", "Guard", "r-ab12", {}),
    ("ou-ab12-22222222", "Work", "r-ab12", {}),
    ("ou-ab12-33333333", "Live", "ou-ab12-22222222", {}),
    ("ou-ab12-44444444", "Lab", "r-ab12", {}),
]
ACCOUNTS = {
    "111111111111": ("root", "Boss", "r-ab12"),
    "222222222222": ("logs", "Logs of Meadow", "ou-ab12-11111111"),
    "777777777777": ("shop-live", "ShopLive", "ou-ab12-33333333"),
    "888888888888": ("shop-trial", "ShopTrial", "ou-ab12-44444444"),
    "999999999999": ("lab", "Lab One", "ou-ab12-44444444"),
}
POLICIES = [
    ("p-11111111", "Meadow-Keep-Logs", ["ou-ab12-11111111"]),
    ("p-22222222", "aws-guardrails-AbCdEf", ["ou-ab12-22222222"]),
]


@pytest.fixture
def in_aws(tmp_path):
    """What AWS has: some of Meadow's OUs and accounts, others beside, and a policy of Control Tower."""
    accounts = [(id_, name, parent, {}) for id_, (_, name, parent) in ACCOUNTS.items() if id_ != "111111111111"]
    found = snapshot(UNITS, accounts, POLICIES)
    for id_, (address, _, _) in ACCOUNTS.items():
        found.accounts[id_]["Email"] = f"{address.title()}@meadow.example"
    path = tmp_path / "aws" / "snapshot.json"
    found.save(path)
    return path


def test_with_what_aws_has_it_imports_that_and_makes_no_second_one(tmp_path, changed, in_aws):
    source = changed("accounts-config.yaml", ('- {email: ROOT@meadow.example, accountId: "111111111111"}\n', ""))
    found = run(source, "--into", tmp_path / "new", "--snapshot", in_aws)
    organization = config.load(tmp_path / "new")
    assert organization.organization_id == "o-a1b2c3d4e5"
    units = {slug: unit.existing_id for slug, unit in organization.units.items()}
    assert {slug: id_ for slug, id_ in units.items() if id_} == {
        "guard": "ou-ab12-11111111",
        "work": "ou-ab12-22222222",
        "work/live": "ou-ab12-33333333",
        "lab": "ou-ab12-44444444",
    }
    accounts = {account.slug: (account.id, account.name) for account in organization.accounts.values() if account.id}
    assert accounts == {
        "management": ("111111111111", "Boss"),
        "log-archive": ("222222222222", "Logs of Meadow"),
        "shop-live": ("777777777777", "ShopLive"),
        "shop-trial": ("888888888888", "ShopTrial"),
        "lab-one": ("999999999999", "Lab One"),
    }
    assert organization.policies["keep-logs"].existing_id == "p-11111111"
    assert organization.policies["aws-guardrails-ab-cd-ef"].managed_by == "control-tower"
    lock = read_lock(tmp_path / "new")
    assert lock.existing.policy_attachments == ("ou-ab12-11111111:p-11111111", "ou-ab12-22222222:p-22222222")
    moved = "The account shop-trial is in Lab, and belongs into work/trial: the first deploy moves it."
    added = "Added, since AWS has it: accounts/lab-one.yaml"
    page = (tmp_path / "new/lza.md").read_text()
    assert all(line in found.stdout and line in page for line in (moved, added))
    assert "estate plan management: it imports" in found.stdout


def test_an_id_that_is_another_in_aws_is_refused(tmp_path, in_aws, changed):
    source = changed("accounts-config.yaml", ('accountId: "222222222222"', 'accountId: "222222222223"'))
    found = run(source, "--into", tmp_path / "new", "--snapshot", in_aws, code=1)
    assert "found 222222222223 of logs@meadow.example" in " ".join(found.output.split())


def test_a_snapshot_that_is_none_is_refused(tmp_path):
    (tmp_path / "none.json").write_text("{}")
    assert "has format None" in run(MEADOW, "--snapshot", tmp_path / "none.json", code=1).output


def test_a_key_that_nothing_knows_is_told(changed, tmp_path):
    source = changed(
        "network-config.yaml",
        ("vpcTemplates:\n", "carrierGateways: [{name: x}]\nvpcTemplates:\n"),
        ("instanceTenancy: default\n", "instanceTenancy: dedicated\n    virtualPrivateGateway: {asn: 65001}\n"),
    )
    found = take(source, tmp_path / "config")
    assert found.result("network", "carrierGateways").state.value == "none"
    vpcs = found.result("network", "vpcs")
    assert vpcs.state.value == "partly"
    assert any("Machines share hardware" in each for each in vpcs.differs)
    assert any("virtualPrivateGateway.asn" in each for each in vpcs.differs)


def test_what_the_universal_configuration_has_not_is_taken_too(meadow):
    settings = {slug: account.get("settings", {}) for slug, account in meadow.draft.accounts.items()}
    assert settings["network"]["baseline"]["quotas"]["vpc-l-f678f1ce"]["value"] == 20
    assert meadow.draft.organization["organizational_units"]["core"]["defaults"]["ssm_inventory"] == {}
    assert meadow.draft.organization["defaults"]["baseline"]["block_public_documents"] is True
    assert settings["perimeter"]["baseline"]["block_public_documents"] is False
    assert meadow.draft.organization["shares"]["network-trial-1"]["vpc"] == "trial"


def test_documents_have_variables_and_our_roles_are_exempt(meadow):
    text = (meadow.directory / "policies/documents/keep-logs.json").read_text()
    assert "${" not in text
    exempt = json.loads(text)["Statement"][0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert exempt == [
        "arn:$(partition):iam::*:role/$(accelerator_prefix)*",
        "arn:$(partition):iam::*:role/AWSControlTowerExecution",
        "arn:$(partition):iam::*:role/cdk-accel*",
        "arn:$(partition):iam::*:role/TerraformExecutionRole",
        "arn:$(partition):iam::*:role/OrganizationAccountAccessRole",
    ]
    perimeter = (meadow.directory / "policies/documents/perimeter.json").read_text()
    assert "$(organization_id)" in perimeter
    assert "$(account_ids.log-archive)" in perimeter
    assert '"@@append": "$(enabled_regions)"' in (meadow.directory / "policies/documents/backup.json").read_text()


def test_what_names_an_account_whose_id_nobody_knows_is_left_out(changed, tmp_path):
    source = changed("accounts-config.yaml", ('  - {email: logs@meadow.example, accountId: "222222222222"}\n', ""))
    found = take(source, tmp_path / "config")
    assert "perimeter" not in found.organization.policies
    differs = found.result("organization", "resourceControlPolicies").differs
    assert any("the id of log-archive (say --account-id)" in each for each in differs)


def test_a_sign_that_looks_like_a_variable_stays_what_it_is(changed, tmp_path):
    source = changed("tagging-policies/tags.json", ('"Daily"', '"$(date)"'))
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert "$(date)" in found.organization.policies["tags"].content
