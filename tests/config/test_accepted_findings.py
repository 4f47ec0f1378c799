"""Findings about a policy are accepted in its own file: one code, for one statement or all, until a day, for a reason."""

import json
import subprocess
import sys

import pytest

import config
from estate.paths import CHECKOUT

pytestmark = pytest.mark.row("C14", "E3")


def policy(*accepted, action="account:PutChallengeQuestions", **more):
    statement = {"sid": "Old", "effect": "Deny", "actions": action, **more}
    return json.dumps(
        {
            "type": "service_control_policy",
            "targets": ["ou:workloads"],
            "statements": [statement],
            "accepted_findings": list(accepted),
        }
    )


def entry(finding="unknown-action", until="2999-12-31", **more):
    return {"finding": finding, "until": until, "reason": "AWS retired it; the template is somebody else's.", **more}


def problems(directory):
    return [str(each) for each in config.examine(directory.path)[1]]


def test_a_finding_shows_the_code_by_which_it_is_accepted(directory):
    directory.write("policies/old.yaml", policy())
    (message,) = problems(directory)
    assert message.endswith("(unknown-action)")


@pytest.mark.parametrize("more", [{}, {"statement": "Old"}])
def test_an_accepted_finding_is_not_said(directory, more):
    directory.write("policies/old.yaml", policy(entry(**more)))
    assert problems(directory) == []


def test_refusals_can_be_accepted_too_down_to_the_stack(directory):
    written = policy(
        entry("organization-id"), action="s3:*", conditions={"StringNotEquals": {"aws:ResourceOrgID": "o-1"}}
    )
    directory.write(
        "policies/old.yaml", written.replace('"accepted_findings"', '"accepted_lockouts": [], "accepted_findings"')
    )
    assert [each for each in problems(directory) if "organization id" in each] == []
    loaded, found = config.examine(directory.path)
    assert loaded is not None
    assert loaded.policies["old"].accepted_findings == ("organization-id",), found


@pytest.mark.parametrize(
    ("accepted", "says"),
    [
        (entry(until="2026-01-01"), "2026-01-01"),
        (entry("placeholder"), "the finding 'placeholder', which there is not"),
        (entry(statement="Other"), "the finding 'unknown-action@Other', which there is not"),
    ],
)
def test_an_entry_that_is_over_or_about_nothing_is_said_and_accepts_nothing(directory, accepted, says):
    directory.write("policies/old.yaml", policy(accepted))
    messages = problems(directory)
    assert any(says in message and "accepted_findings[0]" in message for message in messages), messages
    assert any("PutChallengeQuestions" in message for message in messages)


def test_an_entry_needs_a_day_and_a_reason(directory):
    for missing in ("until", "reason"):
        directory.write("policies/old.yaml", policy({k: v for k, v in entry().items() if k != missing}))
        assert any(missing in message for message in problems(directory))


def test_synth_accepts_what_check_accepts(tmp_path):
    code = (
        "import sys; from pathlib import Path; from cdktf import App; from constructs_lib import PolicyConstruct; "
        "from cdktf import TerraformStack; from constructs_lib.policies.document import PolicyDocument, allow; "
        "from constructs_lib.policies.kinds import PolicyKind; from cdktf_cdktf_provider_aws.provider import AwsProvider; "
        "app = App(outdir=sys.argv[1]); stack = TerraformStack(app, 's'); AwsProvider(stack, 'aws'); "
        "PolicyConstruct(stack, 'p', kind=PolicyKind.SCP, accepted=['unknown-action@Old'], "
        "document=PolicyDocument.of(allow('account:PutChallengeQuestions', '*', sid='Old'))); app.synth(); print('made')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, text=True, check=False, cwd=CHECKOUT
    )
    assert "made" in done.stdout, done.stderr


@pytest.mark.parametrize("key", ["name", "description"])
def test_placeholders_are_refused_in_what_people_read_too(directory, key):
    written = json.loads(policy(action="s3:*")) | {key: "Guard of <team>"}
    directory.write("policies/old.yaml", json.dumps({**written, "accepted_findings": []}))
    assert any("the placeholder '<team>'" in message for message in problems(directory))


def test_placeholders_are_refused_in_settings_too(directory):
    directory.replace(
        "organization.yaml", "tags:\n  owner", "policy_types: [service_control_policy, tag_policy]\ntags:\n  owner"
    )
    document = {"tags": {"team": {"tag_key": {"@@assign": "team"}, "tag_value": {"@@assign": ["<value>"]}}}}
    directory.write("policies/documents/tags.json", json.dumps(document))
    directory.write(
        "policies/tags.yaml", json.dumps({"type": "tag_policy", "targets": ["root"], "document": "documents/tags.json"})
    )
    assert any("the placeholder '<value>'" in message for message in problems(directory))
