"""What the configuration says arrives in AWS as it was written: no text of it is an expression."""

import dataclasses
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from config import load
from config.loading.loader import examine
from constructs_lib.policies.document import PolicyDocument, deny, escape_variables
from estate.terraform.providers import environment
from stacks.app import synthesize
from stacks.literal import literal
from tests.organizations import copy_sample, write_organization

CHECKOUT = Path(__file__).parents[2]
MARK = "${x}%{y}"
LIVE = re.compile(r"(?<!\$)\$\{x\}|(?<!%)%\{y\}")
TEXTS = (
    "${x}",
    "$${x}",
    "$$${x}",
    "%{y}",
    "%%{y}",
    '${file("/etc/hostname")} %{ for a in b }',
    "100%",
    "$",
    "${",
    "%{",
    "a\n${x}",
    "${TfToken[TOKEN.0]}",
    "#{TfToken[TOKEN.1]}",
    "Überwachung 監視 ${x} 🚀",
)


def as_terraform_reads(texts, directory):
    """What Terraform makes of arguments with these values."""
    directory.mkdir()
    outputs = {f"t{number}": {"value": text} for number, text in enumerate(texts)}
    (directory / "main.tf.json").write_text(json.dumps({"output": outputs}))
    for command in (["init"], ["apply", "-auto-approve"], ["output", "-json"]):
        done = subprocess.run(
            ["terraform", *command], cwd=directory, env=environment(), check=True, capture_output=True, text=True
        )
    read = json.loads(done.stdout)
    return [read[name]["value"] for name in outputs]


@pytest.mark.row("E12")
def test_terraform_reads_each_text_as_it_was_written(sample, tmp_path):
    escaped = literal(dataclasses.replace(sample, tags={str(number): text for number, text in enumerate(TEXTS)}))
    assert as_terraform_reads(escaped.tags.values(), tmp_path / "module") == list(TEXTS)


@pytest.mark.row("E12")
def test_policies_keep_their_variables(sample, tmp_path):
    resource = "arn:${PARTITION}:s3:::${aws:PrincipalOrgID}/${aws:username}/%{y}/${TfToken[TOKEN.2]}"
    policy = next(policy for policy in sample.policies.values() if policy.document)
    changed = dataclasses.replace(policy, source=PolicyDocument.of(deny("s3:GetObject", resource)))
    escaped = literal(dataclasses.replace(sample, policies={policy.slug: changed})).policies[policy.slug]
    (read,) = as_terraform_reads([escape_variables(escaped.content)], tmp_path / "module")
    assert json.loads(read)["Statement"][0]["Resource"] == resource


@pytest.mark.row("E12")
def test_what_holds_no_expression_stays_the_same_object(tmp_path):
    plain = load(write_organization(tmp_path, 6))
    organization = dataclasses.replace(plain, name="${x}")
    escaped = literal(organization)
    assert escaped.name == "$${x}"
    assert literal(plain) is plain
    assert all(account is organization.accounts[slug] for slug, account in escaped.accounts.items())


def test_what_is_shared_stays_shared(sample):
    tagged = {slug: dataclasses.replace(unit, name="${x}") for slug, unit in sample.units.items()}
    accounts = {
        slug: dataclasses.replace(account, unit=account.unit and tagged[account.unit.path])
        for slug, account in sample.accounts.items()
    }
    escaped = literal(dataclasses.replace(sample, units=tagged, accounts=accounts))
    for account in escaped.accounts.values():
        assert account.unit is None or account.unit is escaped.units[account.unit.path]


def leaves(data, path=()):
    """The paths of all texts in a file."""
    if isinstance(data, str):
        yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from leaves(value, (*path, key))


def put(data, path):
    for key in path[:-1]:
        data = data[key]
    name, at, domain = data[path[-1]].partition("@")
    data[path[-1]] = f"{name}{MARK}{at}{domain}"


def related(one, other):
    return all(a == b for a, b in zip(one, other, strict=False))


@pytest.mark.row("E12")
def test_nothing_that_the_configuration_takes_for_text_is_evaluated(tmp_path):
    """Put an expression into every text of the sample that may hold one, and look for it in all stacks."""
    directory = copy_sample(tmp_path / "config")
    files = {path.relative_to(directory).as_posix(): path.read_text() for path in sorted(directory.rglob("*.yaml"))}
    marked = {
        (name, path)
        for name, text in files.items()
        for path in leaves(yaml.safe_load(text))
        if path[:1] != ("roles",)
        or "statements" not in path  # the construct refuses those: a policy reads them as variables
    }
    while True:
        for name, text in files.items():
            data = yaml.safe_load(text)
            for file, path in marked:
                if file == name:
                    put(data, path)
            (directory / name).write_text(yaml.safe_dump(data, allow_unicode=True))
        refused = [problem for problem in examine(directory)[1] if problem.severity == "error"]
        if not refused:
            break
        taken = {
            (name, path)
            for name, path in marked
            for problem in refused
            if problem.file == name and related(path, problem.path)
        }
        # A policy may be refused as a whole for one of its texts.
        taken = taken or {(name, path) for name, path in marked for problem in refused if problem.file == name}
        assert taken, refused
        marked -= taken
    kinds = {path[-1] for _, path in marked}
    assert {"name", "description", "given_name", "family_name", "email"} <= kinds
    synthesize(load(directory), CHECKOUT / ".terraform.lock.hcl", outdir=tmp_path / "out")
    stacks = {path.parent.name: path.read_text() for path in (tmp_path / "out").glob("stacks/*/cdk.tf.json")}
    assert {name for name, text in stacks.items() if "$${x}%%{y}" in text} == set(stacks)
    assert [name for name, text in stacks.items() if LIVE.search(text)] == []


@pytest.mark.row("E12")
def test_the_text_of_a_file_is_what_its_document_holds(tmp_path):
    directory = copy_sample(tmp_path / "config")
    run = "echo ${HOME} $${HOME} %{x} %%{x}"
    script = f'schemaVersion: "2.2"\nmainSteps:\n  - {{action: "aws:runShellScript", name: say, inputs: {{runCommand: ["{run}"]}}}}\n'
    pack = 'Resources:\n  Own: {Type: "AWS::Config::ConfigRule", Properties: {ConfigRuleName: !Sub "own-${AWS::Region}-%{x}"}}\n'
    (directory / "policies/documents/say.yaml").write_text(script)
    (directory / "policies/documents/pack.yaml").write_text(pack)
    path = directory / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    data["ssm_documents"] = {
        "say": {"name": "Say", "type": "Command", "document": "documents/say.yaml", "accounts": ["account:development"]}
    }
    data["security"]["config"]["conformance_packs"] = {"own": {"template": "documents/pack.yaml"}}
    path.write_text(yaml.safe_dump(data))
    synthesize(load(directory), CHECKOUT / ".terraform.lock.hcl", outdir=tmp_path / "out")

    def of(stack, type_, argument):
        found = json.loads((tmp_path / f"out/stacks/{stack}/cdk.tf.json").read_text())["resource"][type_]
        return {each[argument] for each in found.values()}

    (document,) = of("development", "aws_ssm_document", "content")
    (template,) = of("security", "aws_config_organization_conformance_pack", "template_body")
    assert as_terraform_reads([document, template], tmp_path / "module") == [script, pack]
