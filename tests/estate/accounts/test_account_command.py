"""`estate account`: the configuration is edited as a person would, what follows is shown, and bad input changes nothing."""

import pytest
import yaml
from typer.testing import CliRunner

from estate.cli import app

pytestmark = pytest.mark.row("E5")


@pytest.fixture
def account(config):
    """Run a command; what it printed, and which lines of which files are others."""

    def lines():
        return {path.relative_to(config): path.read_text().splitlines() for path in config.rglob("*.yaml")}

    def run(*arguments, code=0):
        before = lines()
        result = CliRunner().invoke(app, ["account", *arguments])
        after = lines()
        assert result.exit_code == code, result.output
        changed = {
            str(path): (
                [line for line in before.get(path, []) if line not in found],
                [line for line in found if line not in before.get(path, [])],
            )
            for path, found in after.items()
            if found != before.get(path)
        }
        return result.output, changed

    return run


def test_rename(account):
    printed, changed = account("rename", "network", "Backbone")
    assert changed == {"accounts/network.yaml": (["name: Network"], ["name: Backbone"])}
    assert "network: name 'Network' → 'Backbone'\n" in printed
    assert "estate deploy management" in printed


def test_move_shows_who_gains_and_loses(account):
    printed, changed = account("move", "production", "workloads/development")
    assert changed == {"accounts/production.yaml": (["ou: workloads/production"], ["ou: workloads/development"])}
    assert "production moves from ou:workloads/production to ou:workloads/development" in printed
    assert "Stacks that may change" in printed


def test_retag_sets_and_removes(account):
    printed, changed = account("retag", "production", "tier=gold", "data-classification=")
    assert changed == {"accounts/production.yaml": (["  data-classification: confidential"], ["  tier: gold"])}
    assert "production: tag tier: (none) → gold" in printed
    assert "production (by no-long-lived-keys)" in printed  # a guardrail goes by the tag
    assert "gains appsync:CreateApiKey" in printed


def test_the_last_tag_takes_its_key_with_it(account):
    _, changed = account("retag", "production", "data-classification=")
    assert changed == {"accounts/production.yaml": (["tags:", "  data-classification: confidential"], [])}


def test_email_takes_a_deploy_and_a_code(account):
    printed, changed = account("email", "production", "prod@example.com")
    assert changed == {"accounts/production.yaml": ([], ["email: prod@example.com"])}
    assert "estate account email production --code CODE" in printed


def test_new(account, config):
    printed, changed = account(
        "new", "web-shop", "--ou", "workloads/production", "--tag", "owner=web", "--budget", "500", "--network", "20"
    )
    assert list(changed) == ["accounts/web-shop.yaml"]
    written = yaml.safe_load((config / "accounts/web-shop.yaml").read_text())
    assert written == {
        "name": "Web shop",
        "ou": "workloads/production",
        "tags": {"owner": "web"},
        "settings": {
            "budget": {"limit": 500},
            "network": {
                "cidr": "10.17.0.0/20",
                "subnets": {
                    "private-a": {"cidr": "10.17.0.0/22", "zone": "a"},
                    "private-b": {"cidr": "10.17.4.0/22", "zone": "b"},
                },
            },
        },
    }
    assert "web-shop: new, 'Web shop', aws+web-shop@example.com, in workloads/production" in printed
    assert "estate deploy web-shop --role OrganizationAccountAccessRole" in printed
    # The next one gets the next range.
    account("new", "lab", "--ou", "workloads/development", "--network", "20")
    assert "cidr: 10.17.16.0/20" in (config / "accounts/lab.yaml").read_text()


def test_a_new_accounts_range_is_none_that_is_reserved(account, config):
    organization = config / "organization.yaml"
    plan = "address_plan: {later: {cidr: 10.17.0.0/16, prefix: 20, reserved: {staging: 10.17.0.0/20}}}\n"
    organization.write_text(organization.read_text() + plan)
    network = config / "accounts/network.yaml"
    data = yaml.safe_load(network.read_text())
    held = {"region": "eu-central-1", "cidr": "10.17.16.0/20", "reserved": {"plant": "10.17.16.0/24"}}
    data["settings"]["ipam"]["pools"] = {"live": held}
    network.write_text(yaml.safe_dump(data))
    account("new", "lab", "--ou", "workloads/development", "--network", "20")
    assert "cidr: 10.17.32.0/20" in (config / "accounts/lab.yaml").read_text()


def test_a_new_account_may_have_a_purpose_of_ones_own(account, config):
    organization = config / "organization.yaml"
    organization.write_text(organization.read_text() + "purposes: {partners: {}}\n")
    account("new", "partner-one", "--purpose", "partners", "--ou", "infrastructure")
    assert yaml.safe_load((config / "accounts/partner-one.yaml").read_text())["purpose"] == "partners"


def test_a_new_account_is_where_all_of_its_purpose_are(account, config):
    account("new", "shared-tools", "--purpose", "shared-services")
    assert yaml.safe_load((config / "accounts/shared-tools.yaml").read_text())["ou"] == "infrastructure"


def test_what_is_not_said_is_asked_for_at_a_terminal(account, config, monkeypatch):
    monkeypatch.setattr("estate.commands.account._somebody_is_there", lambda: True)
    answers = iter(["web-shop", "workloads/production"])
    monkeypatch.setattr("typer.prompt", lambda _: next(answers))
    account("new")
    assert yaml.safe_load((config / "accounts/web-shop.yaml").read_text())["ou"] == "workloads/production"
    account("new", "shared-tools", "--purpose", "shared-services")
    assert next(answers, None) is None


def test_more_accounts_than_aws_lets_begin_with_are_said(account, config):
    names = [f"lab-{number}" for number in range(1, 4)]
    printed = [account("new", name, "--ou", "workloads/development")[0] for name in names]
    # The sample has eight.
    said = ["That makes 11 accounts, and AWS lets an organization have 10 or fewer" in each for each in printed]
    assert said == [False, False, True]
    printed, _ = account("new", "lab-4", "--ou", "workloads/development")
    assert "AWS lets an organization have" not in printed
    (config / "accounts/network.yaml").open("a").write('id: "222222222222"\n')
    printed, _ = account("rename", "network", "Backbone")
    assert "network: name 'Network' → 'Backbone', by AWS's account API; nothing is replaced" in printed


def test_contacts_keep_what_is_not_said(account):
    given = ["--name", "Ada", "--title", "CISO", "--email", "ada@example.com", "--phone", "+49 30 1234567"]
    _, changed = account("contacts", "production", "operations", *given)
    assert changed["accounts/production.yaml"][1] == [
        "  baseline:",
        "    contacts:",
        "      operations:",
        "        name: Ada",
        "        title: CISO",
        "        email: ada@example.com",
        "        phone: +49 30 1234567",
    ]
    _, changed = account("contacts", "production", "operations", "--name", "Grace")
    assert changed == {"accounts/production.yaml": (["        name: Ada"], ["        name: Grace"])}


def test_an_address_without_the_trust_that_it_needs_says_so(account, config):
    path = config / "organization.yaml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if "account.amazonaws.com" not in line) + "\n")
    printed, _ = account("email", "production", "prod@example.com")
    assert "Add account.amazonaws.com to `trusted_services` and deploy" in printed


def test_an_account_is_known_by_its_id_too(account):
    printed, _ = account("retag", "111111111111", "tier=gold")
    assert "management: tag tier: (none) → gold" in printed


def test_a_dry_run_writes_nothing(account):
    printed, changed = account("rename", "network", "Backbone", "--dry-run")
    assert changed == {}
    assert "Nothing was written." in printed


def test_what_is_so_already_is_left_alone(account):
    for arguments in (
        ("rename", "network", "Network"),
        ("move", "network", "infrastructure"),
        ("retag", "production", "data-classification=confidential"),
        ("email", "production", "aws+production@example.com"),
    ):
        printed, changed = account(*arguments)
        assert changed == {}
        assert "already. Nothing was written." in printed


REFUSED = {
    "no such account": (("rename", "netwrok", "Backbone"), "There is no account 'netwrok'. Did you mean 'network'?"),
    "a name that AWS does not take": (("rename", "network", "Réseau"), "expected an account name in printable ASCII"),
    "no such OU": (("move", "network", "workloads/prod"), "There is no OU 'workloads/prod'. Did you mean"),
    "the management account": (("move", "management", "security"), "stays in the root"),
    "the management account's name": (("rename", "management", "Root"), "change it in AWS, signed in to the account"),
    "the management account's address": (("email", "management", "root@example.com"), "change it in AWS"),
    "no tag": (("retag", "network", "tier"), "'tier' is no tag. Write KEY=VALUE"),
    "a tag that it has not": (("retag", "network", "tier="), "accounts/network.yaml has no tag 'tier'."),
    "a tag that it inherits": (("retag", "production", "environment="), "it is inherited"),
    "an address that another has": (("email", "network", "aws+production@example.com"), "no other account has"),
    "no slug, and nobody to ask": (("new",), "estate account new SLUG"),
    "a slug that is there": (("new", "network"), "accounts/network.yaml is there already"),
    "a slug that is none": (("new", "../shop", "--ou", "security"), "expected at most 40 lower-case letters"),
    "no OU for sure": (("new", "shop"), "'workload' are in several: workloads/development"),
    "an OU that there is not": (("new", "shop", "--ou", "workload"), "There is no OU 'workload'. Did you mean"),
    "a purpose that there is not": (("new", "shop", "--purpose", "security2"), "Did you mean 'security'?"),
    "a second account of a purpose": (("new", "shop", "--purpose", "security"), "error in"),
    "a tag that is none": (("new", "shop", "--ou", "security", "--tag", "owner"), "'owner' is no tag"),
    "a network that AWS does not make": (("new", "shop", "--ou", "security", "--network", "27"), "as AWS allows"),
    "a network larger than the pool": (("new", "shop", "--ou", "security", "--network", "8"), "There is no free /8"),
    "a budget of nothing": (("new", "shop", "--ou", "security", "--budget", "0"), "error in"),
    "no such contact": (("contacts", "production", "sales", "--name", "Ada"), "AWS has no contact for 'sales'"),
    "nothing to write": (("contacts", "production", "security"), "Say what is to be written"),
    "no address": (("email", "network", "production"), "expected an e-mail address"),
    "neither address nor code": (("email", "network"), "Say the new address"),
    "a code before there is an account": (("email", "network", "--code", "123456"), "network has no id yet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_changes_nothing(account, case, capfd):
    arguments, said = REFUSED[case]
    printed, changed = account(*arguments, code=1)
    assert changed == {}
    assert said in " ".join((printed + capfd.readouterr().err).split())
