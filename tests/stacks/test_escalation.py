"""No role of a stack makes itself more than it is: judged by cloudsplaining, and by our own evaluator of policies.

cloudsplaining comes with checkov, in its environment. It knows the ways to escalate, and takes any resource but ``*`` for a
constraint; the evaluator is asked about the very resources that matter.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from config import load
from config.controls.kept import BOUNDARY
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.lint import role_sides
from constructs_lib.policies.synthesized import Stack
from tests.organizations import SAMPLE

PYTHON = Path(__file__).parents[2] / ".tools" / "checkov" / "bin" / "python"
NAMES = sorted(load(SAMPLE).accounts)
# Ids that other stacks and Terraform give; references inside a stack stay.
EXPRESSION = re.compile(r"\$\{(?:data\.|aws_organizations_account\.)[^{}]*\}")
ACCOUNT = "111122223333"
JUDGE = """
import json, sys
from cloudsplaining.scan.policy_document import PolicyDocument
roles = json.load(sys.stdin)
print(json.dumps({role: PolicyDocument(document).allows_privilege_escalation for role, document in roles.items()}))
"""
ON_ROLES = (
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PassRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "sts:AssumeRole",
)
ON_POLICIES = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")
ON_USERS = (
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:PutUserPolicy",
    "iam:UpdateLoginProfile",
)
RIGHTS = ("TerraformExecutionRole", "TerraformPlanRole", "OrganizationAccountAccessRole")


def roles_of(name, content):
    """Every role of a stack but the foundation route's, with what it is permitted. All accounts have one id here."""
    plain = json.loads(EXPRESSION.sub(ACCOUNT, json.dumps(content)))
    for role in role_sides(Stack(name, plain)):
        own = role.arn.rpartition("/")[2]
        if own not in ("TerraformCiFoundationRole", "TerraformFoundationRole"):
            yield own, role.permissions


def everything(name, content):
    return {
        f"{name}: {role}": {
            "Version": "2012-10-17",
            "Statement": [one for document in documents for one in document.to_dict()["Statement"]],
        }
        for role, documents in roles_of(name, content)
        if documents
    }


def escalations(documents):
    done = subprocess.run(
        [PYTHON, "-c", JUDGE], input=json.dumps(documents), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {role: found for role, found in json.loads(done.stdout).items() if found}


@pytest.mark.row("E1", "C12")
def test_cloudsplaining_finds_no_way_to_escalate(synthesized):
    documents = {
        role: document for name, content in synthesized.items() for role, document in everything(name, content).items()
    }
    assert len(documents) > 2 * len(synthesized)
    assert escalations(documents) == {}
    open_ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}
    assert escalations({"an administrator of IAM": open_})


def asked_of(role, documents):
    """What a role is permitted of what changes deployment rights, said to be bounded as AWS would say it of a bounded role."""
    bound = f"arn:aws:iam::{ACCOUNT}:policy/{BOUNDARY}"
    context = {"iam:PermissionsBoundary": bound, "iam:PassedToService": "ec2.amazonaws.com"}
    asked = [(action, f"arn:aws:iam::{ACCOUNT}:role/{right}") for action in ON_ROLES for right in RIGHTS]
    asked += [
        (action, f"arn:aws:iam::{ACCOUNT}:policy/{policy}")
        for action in ON_POLICIES
        for policy in (BOUNDARY, f"{RIGHTS[0]}-1")
    ]
    asked += [(action, f"arn:aws:iam::{ACCOUNT}:user/anybody") for action in ON_USERS]
    # As if every such role trusted its account: what counts is what the caller is permitted.
    trust = PolicyDocument.of(allow("sts:AssumeRole", "*", principals={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    caller = Principal.of(f"arn:aws:iam::{ACCOUNT}:role/{role}")
    return [
        (action, resource)
        for action, resource in asked
        if evaluate(
            Request(caller, action, resource, context=context),
            Policies(
                identity=PolicySet.of(*documents),
                resource=PolicySet.of(trust) if action.startswith("sts:") else None,
            ),
        ).allowed
    ]


@pytest.mark.row("E1", "C12")
@pytest.mark.parametrize("name", NAMES)
def test_no_role_takes_a_deployment_right(synthesized, name):
    roles = dict(roles_of(name, synthesized[name]))
    assert {*RIGHTS[:2], *({"TerraformCiDeployRole"} if name == "terraform" else ())} <= roles.keys()
    for role, documents in roles.items():
        found = asked_of(role, documents)
        # Pipelines deploy and plan through these roles: that is what the CI roles are for.
        assert [one for one in found if one[0] != "sts:AssumeRole" or not role.startswith("TerraformCi")] == [], role


def test_who_may_do_everything_is_found():
    assert len(asked_of("anybody", [PolicyDocument.of(allow("*", "*"))])) == 3 * len(ON_ROLES) + 2 * 2 + len(ON_USERS)
