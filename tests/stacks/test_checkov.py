"""checkov finds nothing in the sample organization but what tests/checkov/skipped.yaml gives a reason for."""

import copy
import json
import os
import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
CHECKOV = CHECKOUT / ".tools" / "checkov" / "bin" / "checkov"
SKIPPED = CHECKOUT / "tests" / "checkov" / "skipped.yaml"
NO_ARGUMENTS = {"//", "depends_on", "lifecycle", "provider"}
EVERYBODY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}]})
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def plan_of(stack):
    """Return a stack as the plan that creates all of it.

    checkov reads Terraform's JSON too, but leaves the policies in it as text, and eight of its checks then say nothing.
    Of a plan it reads them, unless a quote inside a reference makes them no JSON.
    """
    quoted = re.sub(r"\$\{[^}]*\}", lambda found: found[0].replace('\\"', "'"), json.dumps(stack))
    stack = json.loads(quoted)
    resources = [
        {
            "address": f"{type_}.{name}",
            "mode": "managed",
            "type": type_,
            "name": name,
            "values": {key: value for key, value in body.items() if key not in NO_ARGUMENTS},
        }
        for type_, bodies in stack["resource"].items()
        for name, body in bodies.items()
    ]
    for resource in resources:
        for value in resource["values"].values():
            if isinstance(value, str) and value.startswith("{"):
                json.loads(value)
    providers = {
        f"aws.{provider.get('alias', '')}": {
            "name": "aws",
            "expressions": {key: {"constant_value": value} for key, value in provider.items()},
        }
        for provider in stack["provider"]["aws"]
    }
    return {
        "terraform_version": "1.11.0",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"provider_config": providers},
    }


def findings(stacks, folder):
    """Return what checkov finds, as (check, stack/address), once it has shown that it read every resource."""
    if not CHECKOV.exists():
        pytest.fail(f"{CHECKOV.relative_to(CHECKOUT)} is missing: run `make setup`.")
    plans = {name: plan_of(stack) for name, stack in stacks.items()}
    for name, plan in plans.items():
        (folder / f"{name}.json").write_text(json.dumps(plan, indent=1))
    # By its Python: a script's first line does not stand a path with spaces.
    run = [CHECKOV.with_name("python"), CHECKOV]
    command = [*run, "--directory", folder, "--framework", "terraform_plan", "--skip-download", "--output", "json"]
    done = subprocess.run(
        [*command, "--compact", "--soft-fail"],
        cwd=folder,  # where no settings file is
        env=os.environ | {"HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    resources = sum(len(plan["planned_values"]["root_module"]["resources"]) for plan in plans.values())
    summary = report["summary"]
    assert (summary["resource_count"], summary["parsing_errors"], summary["skipped"]) == (resources, 0, 0)
    failed = report["results"]["failed_checks"]
    return {(found["check_id"], f"{Path(found['file_path']).stem}/{found['resource']}") for found in failed}


def skips():
    entries = yaml.safe_load(SKIPPED.read_text())
    return [(check, where) for check, entry in entries.items() if entry["reason"].strip() for where in entry["where"]]


def unexplained(found):
    return sorted(
        (check, address)
        for check, address in found
        if not any(check == known and fnmatchcase(address, where) for known, where in skips())
    )


@pytest.fixture(scope="module")
def found(synthesized, tmp_path_factory):
    return findings(synthesized, tmp_path_factory.mktemp("checkov"))


def test_every_finding_has_its_reason(found):
    new = unexplained(found)
    assert new == [], f"Mend these, or give the reason in {SKIPPED.relative_to(CHECKOUT)}:\n" + "\n".join(map(str, new))


def test_every_reason_is_needed(found):
    unneeded = [
        (check, where)
        for check, where in skips()
        if not any(check == other and fnmatchcase(address, where) for other, address in found)
    ]
    assert unneeded == [], f"Remove these from {SKIPPED.relative_to(CHECKOUT)}:\n" + "\n".join(map(str, unneeded))


def test_faults_are_found_whatever_the_sample_has_reasons_for(synthesized, tmp_path):
    stacks = copy.deepcopy(synthesized)
    faults = (
        ("CKV_AWS_7", "security", "aws_kms_key", {"enable_key_rotation": False}),
        ("CKV_AWS_10", "security", "aws_iam_account_password_policy", {"minimum_password_length": 6}),
        ("CKV_AWS_26", "security", "aws_sns_topic", {"kms_master_key_id": None}),
        ("CKV_AWS_33", "security", "aws_kms_key", {"policy": EVERYBODY}),
        ("CKV_AWS_35", "security", "aws_cloudtrail", {"kms_key_id": None}),
        ("CKV_AWS_36", "security", "aws_cloudtrail", {"enable_log_file_validation": False}),
        ("CKV_AWS_56", "security", "aws_s3_bucket_public_access_block", {"restrict_public_buckets": False}),
        ("CKV_AWS_60", "staging", "aws_iam_role", {"assume_role_policy": EVERYBODY}),
        ("CKV_AWS_62", "staging", "aws_iam_policy", {"policy": EVERYTHING}),
        ("CKV_AWS_70", "security", "aws_s3_bucket_policy", {"policy": EVERYBODY}),
        ("CKV_AWS_106", "staging", "aws_ebs_encryption_by_default", {"enabled": False}),
        ("CKV_AWS_130", "network", "aws_subnet", {"map_public_ip_on_launch": True}),
        ("CKV_AWS_169", "security", "aws_sns_topic_policy", {"policy": EVERYBODY}),
        ("CKV_AWS_238", "management", "aws_guardduty_detector", {"enable": False}),
        ("CKV_AWS_286", "security", "aws_ssoadmin_permission_set_inline_policy", {"inline_policy": EVERYTHING}),
        ("CKV_AWS_290", "staging", "aws_iam_role_policy", {"policy": EVERYTHING}),
        ("CKV_AWS_300", "security", "aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled"}]}),
    )
    expected = set()
    for check, stack, type_, change in faults:
        found = stacks[stack]["resource"][type_].items()
        name, body = next((name, body) for name, body in found if not name.startswith("boundary_"))  # which may say all
        body |= change
        expected.add((check, f"{stack}/{type_}.{name}"))
    # A new resource, and one that others no longer refer to. The sample's own buckets may do without a key of ours.
    stacks["staging"]["resource"] |= {
        "aws_s3_bucket": {"new": {"bucket": "new"}},
        "aws_security_group": {
            "open": {"ingress": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]}
        },
    }
    del stacks["security"]["resource"]["aws_s3_bucket_versioning"]
    bucket = next(iter(stacks["security"]["resource"]["aws_s3_bucket"]))
    expected |= {
        ("CKV_AWS_24", "staging/aws_security_group.open"),
        ("CKV_AWS_145", "staging/aws_s3_bucket.new"),
        ("CKV_AWS_21", f"security/aws_s3_bucket.{bucket}"),
        ("CKV_AWS_41", "staging/aws.default"),
    }
    stacks["staging"]["provider"]["aws"][0]["access_key"] = "AKIA" + "I" * 16
    stacks["staging"]["provider"]["aws"][0]["secret_key"] = "s" * 40
    assert expected - set(unexplained(findings(stacks, tmp_path))) == set()
