"""A team's own capability: written in one directory, known everywhere. Each case runs in a process of its own, as a user would."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from config import places
from estate.paths import CHECKOUT
from tests.organizations import write_organization

OWN = '''
from pydantic import Field

from config.capabilities.capability import AccountCapability, Part, constructs
from config.model.base import Switchable


class Queue(Switchable):
    """A queue for jobs."""

    delay: int = Field(default=0, ge=0, le=900, description="Seconds before a job is seen.")


QUEUE = AccountCapability(
    key="job_queue",
    model=Queue,
    description="A queue for jobs.",
    parts=(
        Part(name="job_queue", build="extensions.jobs.stack:add", types=frozenset({"aws_sqs_queue"}), cost=("Each million.",)),
    ),
)
TOPIC = constructs(
    "notices", build="extensions.jobs.stack:add_topic", on=["SELECTOR"], types={"aws_sfn_activity"}, cost=("Each million.",)
)
'''
BUILD = """
from cdktf_cdktf_provider_aws.sfn_activity import SfnActivity
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue


def add(stack, queue):
    SqsQueue(stack, "jobs", name="jobs", delay_seconds=queue.delay, sqs_managed_sse_enabled=True)


def add_topic(stack, account):
    SfnActivity(stack, "notices", name=f"notices-{account.slug}")
"""

MAKES = """
    from cdktf_cdktf_provider_aws.iam_policy import IamPolicy

    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}]}'
    IamPolicy(stack, "deploy", name="Deploy", path="/teams/", policy=document)
"""


class Repository:
    """A configuration and a directory of extensions."""

    def __init__(self, directory):
        self.config = write_organization(directory / "config", accounts=5)
        self.extensions = directory / "extensions"
        self.module = self.extensions / "jobs/__init__.py"
        (self.extensions / "jobs").mkdir(parents=True)
        self.write()
        (self.extensions / "jobs/stack.py").write_text(BUILD)
        self.account = next(
            path
            for path in sorted((self.config / "accounts").iterdir())
            if path.stem not in {"management", "security", "terraform", "network"}
        )
        self.out = directory / "out"

    def write(self, selector="root", **replaced):
        text = OWN.replace("SELECTOR", selector)
        for old, new in replaced.items():
            text = text.replace(old, new)
        self.module.write_text(text)

    def run(self, *command, **variables):
        return subprocess.run(
            [sys.executable, *command],
            cwd=CHECKOUT,
            env={
                **os.environ,
                "ESTATE_CONFIG": str(self.config),
                "ESTATE_EXTENSIONS": str(self.extensions),
                "CDKTF_OUTDIR": str(self.out),
                "COLUMNS": "400",
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self):
        done = self.run("-m", "estate", "check")
        return done.returncode, done.stdout + done.stderr

    def set(self, settings):
        text = self.account.read_text()
        self.account.write_text(text.partition("settings:")[0] + f"settings: {settings}\n")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


@pytest.mark.row("E6", "E1", "C12")
def test_what_would_read_contents_is_listed_by_somebody_or_refused(repository):
    """Nobody has looked at what is derived, and every author of a request plans."""
    repository.write(aws_sfn_activity="aws_dynamodb_table_item")
    code, printed = repository.check()
    assert code == 1
    assert "every author of a request, would be permitted dynamodb:GetItem" in " ".join(printed.split())
    repository.write(
        **{
            'types={"aws_sfn_activity"}': 'types={"aws_dynamodb_table_item"}, actions={"aws_dynamodb_table_item": ("dynamodb:GetItem", "dynamodb:PutItem")}'
        }
    )
    assert repository.check()[0] == 0


@pytest.mark.row("E6")
def test_it_is_known_everywhere_without_touching_another_file(repository, tmp_path):
    repository.set("{job_queue: {delay: 7}}")
    code, printed = repository.check()
    assert code == 0, printed
    assert "derived are states:CreateActivity," in " ".join(printed.split()), "what was derived is shown for review"

    schema = json.loads(
        repository.run("-c", "from config import schema; print(schema.schemas()['account.schema.json'])").stdout
    )
    assert schema["$defs"]["Settings"]["properties"]["job_queue"]["description"] == "A queue for jobs."
    page = tmp_path / "capabilities.md"
    assert repository.run("-m", "config.page", page).returncode == 0
    assert "| `job_queue.delay` | whole number | `0` | Seconds before a job is seen. |" in page.read_text()
    assert "Constructs without settings." in page.read_text()

    done = repository.run("main.py")
    assert done.returncode == 0, done.stderr
    stacks = {
        path.parent.name: json.loads(path.read_text())["resource"]
        for path in repository.out.glob("stacks/*/cdk.tf.json")
    }
    (queue,) = stacks[repository.account.stem]["aws_sqs_queue"].values()
    assert queue["delay_seconds"] == 7
    assert [name for name, resources in stacks.items() if "aws_sqs_queue" in resources] == [repository.account.stem]
    assert {name for name, resources in stacks.items() if "aws_sfn_activity" in resources} == stacks.keys() - {
        "management"
    }
    policies = json.dumps(stacks[repository.account.stem]["aws_iam_policy"])
    assert "sqs:CreateQueue" in policies
    assert "states:CreateActivity" in policies
    assert "states:*" not in policies


@pytest.mark.row("E6")
def test_it_is_switched_off_again(repository):
    repository.set("{job_queue: {enabled: false}}")
    done = repository.run("main.py", ESTATE_STACKS=repository.account.stem)
    assert done.returncode == 0, done.stderr
    content = (repository.out / "stacks" / repository.account.stem / "cdk.tf.json").read_text()
    assert "aws_sqs_queue" not in content


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("{job_queue: {delay: 901}}", "settings.job_queue.delay found the number 901"),
        ("{job_queue: {dealy: 1}}", "Did you mean 'delay'?"),
        ("{job_que: {}}", "Did you mean 'job_queue'?"),
    ],
)
def test_mistakes_in_its_settings_are_told_as_all_others(repository, settings, said):
    repository.set(settings)
    code, printed = repository.check()
    assert code == 1
    assert said in " ".join(printed.split())


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        ({'key="job_queue"': 'key="network"'}, "expected a key that no other capability has"),
        ({'key="job_queue"': 'key="Job-Queue"'}, "the key 'Job-Queue'"),
        ({'"aws_sqs_queue"': '"sqs_queue"'}, "resource types such as 'aws_s3_bucket'"),
        ({'"aws_sqs_queue"': '"aws_api_gateway_rest_api"'}, "Write them in `actions`"),
        ({"extensions.jobs.stack:add": "extensions.jobs.stack"}, "'module:function'"),
        ({"from pydantic": "from pydantics"}, "extensions/jobs/__init__.py:2 found ModuleNotFoundError"),
        ({"class Queue": "clas Queue"}, "found SyntaxError"),
    ],
)
def test_a_definition_that_cannot_be_used_is_one_error(repository, replaced, said):
    repository.write(**replaced)
    code, printed = repository.check()
    assert code == 1
    assert said in " ".join(printed.split())
    assert "Traceback" not in printed


@pytest.mark.row("C13", "E6")
def test_a_policy_that_it_makes_can_be_named_by_permission_sets(repository):
    organization = repository.config / "organization.yaml"
    data = yaml.safe_load(organization.read_text())
    ada = {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.com"}
    data.setdefault("trusted_services", []).append("sso.amazonaws.com")
    data["identity_center"] = {
        "management": {
            "administrators": {"users": ["ada"]},
            "users": {"ada": ada},
            "permission_sets": {"deploy": {"customer_policies": ["/teams/Deploy"]}},
            "assignments": {
                "deploy": {
                    "permission_set": "deploy",
                    "users": ["ada"],
                    "accounts": [f"account:{repository.account.stem}"],
                }
            },
        }
    }
    organization.write_text(yaml.safe_dump(data))
    repository.set("{job_queue: {}}")
    warning = "the policy '/teams/Deploy', which no stack says to make"
    assert warning in " ".join(repository.check()[1].split())
    said = {'cost=("Each million.",)),': 'cost=("Each million.",), policies=("/teams/Deploy",)),'}
    said |= {'"aws_sqs_queue"': '"aws_sqs_queue", "aws_iam_policy"'}
    repository.write(**said)
    code, printed = repository.check()
    assert code == 0
    assert warning not in " ".join(printed.split())

    done = repository.run("main.py", ESTATE_STACKS=repository.account.stem)
    assert done.returncode != 0, "it says so, and makes no such policy"
    assert "expected policies that extensions.jobs.stack:add makes" in " ".join(done.stderr.split())
    build = repository.extensions / "jobs/stack.py"
    build.write_text(BUILD.replace("def add_topic", MAKES + "\n\ndef add_topic"))
    done = repository.run("main.py", ESTATE_STACKS=repository.account.stem)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("selector", ["ou:nowhere", "account:nobody"])
def test_constructs_are_on_accounts_that_there_are(repository, selector):
    repository.write(selector)
    code, printed = repository.check()
    assert code == 1
    assert repr(selector) in printed


@pytest.mark.row("E6")
def test_below_a_repository_its_extensions_are_taken(tmp_path, monkeypatch):
    monkeypatch.delenv("ESTATE_EXTENSIONS")
    for name in ("extensions", "config/accounts", "elsewhere/extensions"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "cdktf.json").write_text("{}")
    for place, wanted in ((".", "."), ("config/accounts", "."), ("elsewhere", "elsewhere")):
        monkeypatch.chdir(tmp_path / place)
        assert places.extensions() == tmp_path / wanted / "extensions"
