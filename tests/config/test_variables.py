"""Variables: what stands for what where, and what is said of those that are wrong."""

import json
import re

import pytest

from config import load
from config.loading.loader import examine
from config.sources.variables import put_in, put_in_all
from stacks.app import synthesize
from tests.stacks.conftest import CHECKOUT

ROLE = """\
roles:
  a:
    name: A
    accounts: [root]
    trusted_by: [{account: security}]
    managed_policies: ["arn:aws:iam::aws:policy/X"]
"""
LOCK = """\
organization_id: o-a1b2c3d4e5
root_id: r-ab12
management_account_id: "111111111111"
accounts: {security: "222222222222", shop: "333333333333", test: "444444444444"}
organizational_units: {}
"""


def with_more(directory, text):
    if text.startswith("tags:") or "\ntags:" in text:
        directory.replace("organization.yaml", "tags:\n  owner: platform\n", "")
    directory.append("organization.yaml", text)
    return directory.path


@pytest.mark.row("A3")
def test_values_of_ones_own_have_their_type(directory):
    path = with_more(
        directory,
        'variables: {team: payments, hours: 7200, all: [root], full: "$(team)-$(partition)-$(hours)"}\n'
        + ROLE.replace("[root]", "$(all)").replace("/X", "/$( full )").replace(":aws:iam", ":$(partition):iam")
        + "    max_session_duration: $(hours)\n",
    )
    role = load(path).sections["roles"]["a"]
    assert role.managed_policies == ("arn:aws:iam::aws:policy/payments-aws-7200",)
    assert role.max_session_duration == 7200
    assert len(role.accounts) == 4


def test_settings_know_their_account(directory):
    directory.append("organization.yaml", 'defaults: {baseline: {alias: "acme-$(account)-$(region)"}}\n')
    directory.append("accounts/shop.yaml", "settings: {region: us-east-1}\n")
    organization = load(directory.path)
    aliases = {slug: settings.baseline.alias for slug, settings in organization.settings.items()}
    assert aliases["shop"] == "acme-shop-us-east-1"
    assert aliases["test"] == "acme-test-eu-central-1"


def test_an_accounts_file_knows_its_account(directory):
    directory.append("accounts/shop.yaml", 'tags: {name: "the-$(account)"}\n')
    assert load(directory.path).accounts["shop"].tags["name"] == "the-shop"


def test_ids_that_are_known(directory):
    directory.write("organization.lock.yaml", LOCK)
    path = with_more(directory, 'tags: {a: "$(organization_id)", b: "x-$(account_ids.shop)", c: "$(home_region)"}\n')
    tags = load(path).tags
    assert (tags["a"], tags["b"], tags["c"]) == ("o-a1b2c3d4e5", "x-333333333333", "eu-central-1")


def test_ids_that_are_variables_themselves(directory):
    directory.append("accounts/shop.yaml", "id: $(shop_id)\n")
    more = 'id: $(own)\nvariables: {shop_id: "333333333333", own: o-a1b2c3d4e5}\n'
    tags = load(with_more(directory, more + 'tags: {a: "$(account_ids.shop)", b: "$(organization_id)"}\n')).tags
    assert (tags["a"], tags["b"]) == ("333333333333", "o-a1b2c3d4e5")


def test_the_sign_as_it_stands(directory):
    directory.append("organization.yaml", "variables: {dollar: $}\n" + ROLE + "    description: $(dollar)(date)\n")
    assert load(directory.path).sections["roles"]["a"].description == "$(date)"


def test_an_id_stays_text(directory):
    directory.replace("accounts/management.yaml", 'id: "111111111111"', "id: 111111111111")
    assert load(with_more(directory, 'tags: {a: "$(account_ids.management)"}\n')).tags["a"] == "111111111111"


POLICY = """\
type: service_control_policy
targets: [root]
statements:
  - effect: Deny
    actions: s3:PutObject
    resources: "arn:$(partition):s3:::${aws:PrincipalTag/team}-logs/*"
    conditions: {StringNotEquals: {aws:ResourceOrgID: $(organization_id)}}
"""


def test_a_guardrail_before_the_organization_has_an_id(directory):
    directory.write("policies/own.yaml", POLICY)
    policy = load(directory.path).policies["own"]
    assert "arn:aws:s3:::${aws:PrincipalTag/team}-logs/*" in policy.content, "IAM's own variables stay"
    assert "o-a1b2c3d4e5" in policy.for_organization("o-a1b2c3d4e5").content
    assert "$(" not in policy.content
    directory.write("organization.lock.yaml", LOCK)
    assert "o-a1b2c3d4e5" in load(directory.path).policies["own"].content


DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": ["arn:$(partition):s3:::$(team)-$(account)-$(account_id)/${aws:username}/*"],
            "Condition": {
                "StringEquals": {"aws:RequestedRegion": "$(region)", "aws:ResourceOrgID": "$(organization_id)"}
            },
        }
    ],
}


@pytest.mark.parametrize("locked", [False, True])
def test_documents_of_accounts(directory, tmp_path_factory, locked):
    if locked:
        directory.write("organization.lock.yaml", LOCK)
    directory.write("policies/documents/a.json", json.dumps(DOCUMENT))
    directory.append(
        "organization.yaml",
        "variables: {team: payments}\n"
        'customer_policies: {a: {name: A, accounts: ["ou:workloads"], document: documents/a.json}}\n'
        + ROLE.replace("managed_policies", "customer_policies")
        .replace('["arn:aws:iam::aws:policy/X"]', "[a]")
        .replace("[root]", '["ou:workloads"]')
        + '    statements: [{effect: Allow, actions: "sqs:SendMessage", resources: "arn:aws:sqs:*:$(account_id):*"}]\n',
    )
    out = tmp_path_factory.mktemp("out")
    synthesize(load(directory.path), CHECKOUT / ".terraform.lock.hcl", ["shop", "test"], outdir=out)
    for slug, number in (("shop", "333333333333"), ("test", "444444444444")):
        made = json.loads((out / f"stacks/{slug}/cdk.tf.json").read_text())["resource"]
        (document,) = (block["policy"] for block in made["aws_iam_policy"].values() if block["name"] == "A")
        (inline,) = (block["policy"] for block in made["aws_iam_role_policy"].values())
        later = "${data.terraform_remote_state.organization.outputs.account_ids." + slug + "}"
        own = number if locked else later
        assert f'"arn:aws:s3:::payments-{slug}-{own}/$${{aws:username}}/*"' in document
        assert '"aws:RequestedRegion":"eu-central-1"' in document
        assert ("o-a1b2c3d4e5" in document) is locked
        assert f'"arn:aws:sqs:*:{own}:*"' in inline
        assert "$(" not in document + inline


def test_a_document_with_a_variable_that_there_is_not(directory):
    directory.write("policies/documents/a.json", json.dumps(DOCUMENT))
    directory.append(
        "organization.yaml",
        'customer_policies: {a: {name: A, accounts: ["account:shop"], document: documents/a.json}}\n',
    )
    _, (problem,) = examine(directory.path)
    assert str(problem).startswith(
        "organization.yaml:20: customer_policies.a.document: found 'documents/a.json' with '$(team)'; expected a variable"
    )


def test_a_guardrail_stands_in_many_accounts(directory):
    directory.write("policies/own.yaml", POLICY.replace("-logs/*", "-$(account)/*"))
    _, problems = examine(directory.path)
    assert [(problem.file, problem.line, problem.key) for problem in problems] == [
        ("policies/own.yaml", 6, "statements[0].resources")
    ]


def test_an_organization_file_that_cannot_be_read_is_one_error(directory):
    directory.write("accounts/shop.yaml", 'name: Shop\nou: workloads/production\ntags: {a: "$(team)"}\n')
    directory.write("organization.yaml", "variables: [\n")
    _, problems = examine(directory.path)
    assert [problem.file for problem in problems] == ["organization.yaml"]


def test_putting_in():
    assert put_in("$(a)-$( a )-$(b)-${a}", {"a": "1"}) == "1-1-$(b)-${a}"
    assert put_in_all({"x": ("$(a)", 1, {"y": "$(a)"})}, {"a": "1"}) == {"x": ("1", 1, {"y": "1"})}


def test_the_example_of_the_documentation(directory):
    text = (CHECKOUT / "docs/variables.md").read_text(encoding="utf-8")
    directory.append(
        "organization.yaml", re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1].replace(", ou:infrastructure", "")
    )
    organization = load(directory.path)
    assert organization.warnings == ()
    assert organization.sections["roles"]["auditor"].max_session_duration == 7200
