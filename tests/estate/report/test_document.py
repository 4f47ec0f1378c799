"""What the report says, against where it comes from."""

import json
import re
import subprocess
from dataclasses import replace

import jsonschema
import pytest
import yaml

from config import load
from config.controls.chains import Chains
from config.facts.regions import REGIONS
from constructs_lib.policies.rules.actions import unknown_action
from estate.controls.explain import explain
from estate.controls.ways import Reached, Ways
from estate.paths import CHECKOUT
from estate.report import model
from estate.report.__main__ import files, schema
from estate.report.change import change
from estate.report.gathering import report
from estate.report.interning import Table
from estate.report.matrix import Decisions, questions
from estate.report.network import free, networks
from estate.report.page import PROGRAM, in_script, page
from estate.report.sets import AccountSets
from estate.report.settings import flat
from tests.conftest import ROOT
from tests.estate.report.conftest import NAME
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E10")


def of(document, slug):
    return next(account for account in document.accounts if account.slug == slug)


def decided(matrix, row):
    return [matrix.decisions[place].verdict for place in matrix.rows[row]]


@pytest.mark.row("E7")
def test_what_the_matrix_says_for_certain_is_what_explain_says(sources, document):
    """Each account by itself, so that it holds for accounts that share a row, too."""
    chains = Chains(sources.configuration)
    elsewhere = next(each for each in REGIONS["aws"] if each not in sources.configuration.governed_regions)
    seen = set()
    for account in document.accounts:
        for question, verdict in zip(questions(), decided(document.matrix, account.row), strict=True):
            if question.by == "outside" or verdict == "depends":
                continue
            answer = explain(
                chains,
                sources.configuration.accounts[account.slug],
                question.action,
                principal_name="root" if question.by == "root" else "any-role",
                region=elsewhere if question.region else None,
                resource=f"arn:aws:iam::{chains.account_id(sources.configuration.accounts[account.slug])}:role/TerraformExecutionRole"
                if question.resource
                else None,
            )
            assert answer.allowed is (verdict == "allowed"), (account.slug, question)
            seen.add(verdict)
    assert seen == {"allowed", "denied"}


def test_the_calls_exist_and_none_is_asked_twice():
    assert not [each.action for each in questions() if unknown_action(each.action)]
    assert len({(each.action, each.by, each.region) for each in questions()}) == len(questions())


POLICY = """\
type: service_control_policy
description: Names accounts.
targets: [root]
statements:
  - sid: Named
    effect: Deny
    actions: [dynamodb:DeleteTable]
    resources: ["*"]
    conditions: {CONDITION}
"""


@pytest.mark.parametrize(
    "condition",
    [
        '{StringEquals: {"aws:PrincipalAccount": ["333333333333"]}}',
        '{StringLike: {"aws:PrincipalAccount": ["33*"]}}',
        '{ArnLike: {"aws:PrincipalArn": ["arn:aws:iam::3*3:role/*"]}}',
    ],
)
def test_an_account_that_a_policy_names_is_told_apart(tmp_path, condition):
    copy_sample(tmp_path)
    accounts = tmp_path / "accounts"
    for slug, number in (("development", "333333333333"), ("sandbox", "444444444444")):
        (accounts / f"{slug}.yaml").write_text(f"name: {slug.title()}\nou: workloads/development\nid: '{number}'\n")
    (tmp_path / "policies" / "named.yaml").write_text(POLICY.replace("{CONDITION}", condition))
    chains = Chains(load(tmp_path, prove_access=False))
    places = {slug: place for place, slug in enumerate(sorted(chains.organization.policies))}
    decisions = Decisions(places)
    rows = decisions.rows_of(chains)
    asked = next(place for place, each in enumerate(questions()) if each.action == "dynamodb:DeleteTable")
    assert decided(decisions.matrix(), rows["development"])[asked] == "denied"
    assert decided(decisions.matrix(), rows["sandbox"])[asked] == "allowed"


def test_where_full_access_is_detached_what_nothing_allows_is_denied(tmp_path):
    copy_sample(tmp_path)
    with (tmp_path / "organization.yaml").open("a") as file:
        file.write("without_full_access: ['ou:workloads/development']\n")
    (tmp_path / "policies" / "listed.yaml").write_text(
        "type: service_control_policy\ndescription: What work needs.\ntargets: ['ou:workloads/development']\n"
        "statements:\n  - {sid: Listed, effect: Allow, actions: ['rds:*', 'iam:*', 'sts:*'], resources: ['*']}\n"
    )
    chains = Chains(load(tmp_path, prove_access=False))
    decisions = Decisions({slug: place for place, slug in enumerate(sorted(chains.organization.policies))})
    rows = decisions.rows_of(chains)
    asked = {each.action: place for place, each in enumerate(questions()) if each.by == "role"}
    found = decided(decisions.matrix(), rows["development"])
    assert (found[asked["dynamodb:DeleteTable"]], found[asked["rds:DeleteDBInstance"]]) == ("denied", "allowed")
    assert decided(decisions.matrix(), rows["production"])[asked["dynamodb:DeleteTable"]] == "allowed"


def test_accounts_that_nothing_tells_apart_share_a_row(document):
    assert of(document, "development").row == of(document, "sandbox").row != of(document, "staging").row


def test_settings_say_where_they_were_written(sources, document):
    production = of(document, "production")
    budget = next(each for each in (document.settings[place] for place in production.settings) if each.key == "budget")
    rows = {row.key: row for row in budget.rows}
    origin = document.origins[rows["limit"].origin]
    assert (rows["limit"].value, origin.partition(",")[0]) == ("5000", "organization.yaml")
    assert origin.endswith("defaults_by_tag.tag:environment=production")
    line = int(re.search(r"line (\d+)", origin)[1])
    written = (sources.directory / "organization.yaml").read_text().splitlines()[line - 1]
    assert written.strip().startswith("limit: 5000")
    assert rows["emails"].origin is not None
    assert any(row.origin is None for place in production.settings for row in document.settings[place].rows)
    network = next(each for each in document.settings if each.key == "network")
    assert {document.origins[row.origin].partition(",")[0] for row in network.rows if row.origin is not None} == {
        "accounts/network.yaml"
    }


def test_what_is_not_for_a_page_is_left_out(sources, document):
    text = document.model_dump_json()
    assert "external_id" not in text
    assert '"example-security-audit"' not in text
    assert f'"{sources.configuration.execution_role.external_id}"' not in text
    assert dict(flat({"external_id": "x", "a": {"external_id": "y", "b": [1, "z"]}}, ())) == {("a", "b"): "1, z"}


def test_resources_are_counted_as_the_stacks_have_them(sources, document):
    for account in document.accounts:
        blocks = sources.stacks[account.slug]["resource"]
        assert document.resources[account.resources] == {type_: len(blocks[type_]) for type_ in sorted(blocks)}


def test_ways_lead_from_where_access_begins_to_the_account(document):
    access = document.access
    found = {}
    for entrant in of(document, "production").entrants:
        for way in entrant.ways:
            steps = [access.steps[place] for place in way]
            assert [step.target for step in steps[:-1]] == [step.source for step in steps[1:]]
            assert steps[-1].target == entrant.who
            name = access.identities[entrant.who].name
            found.setdefault(name, set()).add(access.identities[steps[0].source].name)
    assert "person:alan" in found["permission-set:production/ReadOnly"]


def test_the_change_names_what_differs(document):
    change = document.change
    assert (change.base, change.added, change.removed) == ("the sample", ["sandbox"], [])
    assert [(each.account, each.source, each.target) for each in change.moved] == [
        ("staging", "ou:workloads/staging", "ou:quarantine")
    ]
    assert [policy.slug for policy in document.policies if policy.gone] == ["no-long-lived-keys"]
    staging, sandbox = of(document, "staging"), of(document, "sandbox")
    assert sandbox.row_before is None
    verdicts = zip(decided(document.matrix, staging.row_before), decided(document.matrix, staging.row), strict=True)
    assert ("allowed", "denied") in set(verdicts)


def test_the_change_tells_ways_that_are_opened_and_closed(sources, document):
    found = {(each.gained, each.jewel, each.who) for each in document.change.ways}
    assert (True, "deployment-rights", "role:production/OrganizationAccountAccessRole") in found
    assert not any(who.startswith("role:development/") for _, _, who in found)
    theirs = Reached("keys", ("network", "gone"), "root:network", True, "root:network can")
    not_theirs = replace(theirs, rightful=False, accounts=("network", "development"))
    sets = AccountSets({slug: place for place, slug in enumerate(sources.configuration.accounts)})
    _, sample = sources.base
    told = change(sample, sources.configuration, "the sample", sets, Ways((theirs, not_theirs), (theirs,))).ways
    assert [(each.gained, each.rightful, len(list(sets.found)[each.accounts])) for each in told] == [
        (True, False, 2),
        (True, True, 1),
        (False, True, 1),
    ]


def test_accounts_say_their_state_and_who_has_them(document):
    assert (of(document, "staging").state, of(document, "staging").lease) == ("quarantined", None)
    lease = model.Lease(until="2099-12-31", emails=["ada@example.com"], then="pool")
    assert (of(document, "sandbox").state, of(document, "sandbox").lease) == (None, lease)


def test_without_a_base_there_is_no_change(sources):
    found = report(replace(sources, base=None, drift=[{"kind": "ou"}], rehearsal={"newly_denied": []}))
    assert found.change is None
    assert all(account.row_before is None for account in found.accounts)
    assert (found.drift, found.rehearsal) == ([{"kind": "ou"}], {"newly_denied": []})


def test_free_ranges_and_taken_ones_are_the_whole(document):
    (network,) = of(document, "network").networks
    assert free("10.0.0.0/22", ["10.0.1.0/24", "10.0.1.128/25", "10.9.0.0/16"]) == ["10.0.0.0/24", "10.0.2.0/23"]
    assert free("10.0.0.0/24", ["10.0.0.0/24"]) == []
    sizes = [
        2 ** (32 - int(each.rpartition("/")[2])) for each in (*network.free, *(one.cidr for one in network.subnets))
    ]
    assert sum(sizes) == 2**16
    (pool,) = document.network.pools
    taken = [part.cidr for part in pool.parts]
    assert sum(2 ** (32 - int(each.rpartition("/")[2])) for each in (*pool.free, *taken)) == 2**24


def test_each_vpc_of_an_account_is_there_with_whom_its_own_subnets_are_shared(tmp_path):
    config = copy_sample(tmp_path / "config")
    for name, edit in (("accounts/network.yaml", _two_vpcs), ("organization.yaml", _shared)):
        data = yaml.safe_load((config / name).read_text())
        edit(data)
        (config / name).write_text(yaml.safe_dump(data))
    configuration = load(config)
    found = networks(configuration, configuration.accounts["network"])
    assert [each.slug for each in found] == ["main", "hub"]
    shared = {each.slug: {one.slug: one.shared_with for one in each.subnets} for each in found}
    assert shared["hub"] == {"private-a": ["account:staging"]}
    assert "account:staging" not in shared["main"].get("private-a", [])


def _two_vpcs(data):
    hub = {"cidr": "10.19.0.0/20", "subnets": {"private-a": {"cidr": "10.19.0.0/24", "zone": "a"}}}
    data["settings"]["network"]["vpcs"] = {"hub": hub}


def _shared(data):
    data["shares"]["hub"] = {
        "account": "network",
        "vpc": "hub",
        "subnets": ["private-a"],
        "principals": ["account:staging"],
    }


def test_the_document_has_the_schema_that_is_kept(document):
    jsonschema.validate(json.loads(document.model_dump_json()), schema())


def test_the_schema_and_the_pages_types_are_fresh():
    for name, text in files().items():
        assert (CHECKOUT / name).read_text() == text, f"{name} is stale: python -m estate.report"


def test_the_page_that_is_kept_is_what_its_sources_make(tmp_path):
    subprocess.run(["node", ROOT / "estate/report/page/build.mjs", tmp_path], check=True, cwd=ROOT)
    for name in ("page.js", "page.css"):
        assert (PROGRAM / name).read_text() == (tmp_path / name).read_text(), f"{name} is stale: npm run build"


def test_the_pages_program_has_the_right_types():
    command = ["npm", "run", "--silent", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT / "estate" / "report" / "page")
    assert done.returncode == 0, done.stdout


def test_nothing_in_the_document_ends_the_script_that_it_is_in(document):
    assert NAME in {account.name for account in document.accounts}
    text = page(document)
    assert NAME not in text
    assert text.count("</script>") == 2
    written = in_script(document.model_dump_json())
    assert written in text
    assert json.loads(written) == json.loads(document.model_dump_json())


def test_tables_keep_equal_values_once():
    table = Table()
    assert [table.add(value) for value in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2})] == [0, 0, 1]
