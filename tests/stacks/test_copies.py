"""A stack that is copied from another one of its form is the same, to the byte, as one that is worked out."""

import json
import random
import re
from dataclasses import replace
from functools import partial
from itertools import product
from types import SimpleNamespace

import pytest

from config import load
from config.model.found import Found
from config.registry import listed_actions
from config.watching import unwatched, watch
from constructs_lib.ci import naming
from constructs_lib.ci.permissions import Permissions
from constructs_lib.ci.rights import _is_of
from constructs_lib.policies import names
from stacks import app, copies, output
from stacks.account import AccountStack
from stacks.copies import Finishing
from tests.organizations import copy_sample
from tests.stacks.conftest import CHECKOUT

LOCK = CHECKOUT / ".terraform.lock.hcl"
SEEDS = 15
SLUGS = (
    "web-app",
    "aaaaaaa",
    "a-b-c-d",
    "zz-9999",
    "cluster",
    "channel",
    "mapping",
    "profile",
    "default",
    "budgets",
    "sandbox",
)
"""Of one length; some are words of AWS's own, some stand in every stack, and some sort first or last."""
READ = ("alpha", "facts", "found", "house", "omega")
"""Some are what is read of the organization, and stand in no stack."""
NUMBERS = (
    "000000000001",
    "999999999999",
    "123456789012",
    "210000000000",
    "200000000001",
    "444444444445",
    "555555555555",
)


class Counted(Finishing):
    """Counts the stacks that were worked out."""

    def __init__(self, organization):
        super().__init__(organization)
        self.made, self.others = [], {}

    def _made(self, stack, text, reads):
        self.made.append(stack.inputs.name)
        return super()._made(stack, text, reads)


class Alone(Counted):
    """Works out every stack."""

    def _finished(self, stack, text, reads):
        return self._made(stack, text, reads)


class Noted(Alone):
    """Keeps what it was given."""

    def finish(self, stack, text, reads, *, whole):
        self.others[stack.inputs.name] = stack, text
        return super().finish(stack, text, reads, whole=whole)


def organization_of(directory, slugs, *, deployed=True):
    """The sample, deployed or not yet, with more accounts that have its settings."""
    copy_sample(directory)
    for number, slug in enumerate(slugs):
        tags = f"tags:\n  cost-center: '{number}'\n"
        (directory / "accounts" / f"{slug}.yaml").write_text(f"name: {slug}\nou: workloads/production\n{tags}")
    if not deployed:
        return load(directory)
    known = sorted(path.stem for path in (directory / "accounts").iterdir() if path.stem != "management")
    ids = "".join(f"  {slug}: '{id_:012}'\n" for id_, slug in enumerate(known, 200_000_000_000))
    locked = "organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: '111111111111'\n"
    (directory / "organization.lock.yaml").write_text(f"{locked}accounts:\n{ids}")
    return load(directory)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """An account's stack, the JSON of its constructs, and the organization."""
    directory = tmp_path_factory.mktemp("one")
    organization = organization_of(directory / "config", ["sandbox"])
    finishing = Noted(organization)
    app.synthesize(organization, LOCK, ["sandbox"], directory / "out", finishing=finishing)
    return *finishing.others["sandbox"], organization


def like(stack, **of_account):
    """A stack like another one, of an account of which something else holds; and what it reads."""
    inputs, reads = watch(replace(unwatched(stack.inputs), account=replace(stack.account, **of_account)))
    made = SimpleNamespace(inputs=inputs, account=inputs.account, organization=inputs.organization)
    for name in ("finished", "with_rights", "form"):
        setattr(made, name, partial(getattr(AccountStack, name), made))
    return made, reads


def assert_same(shared, stack, text, **of_account):
    """A stack becomes the same by what is shared and by itself."""
    found = []
    for finishing in (shared, Alone(unwatched(stack.inputs).organization)):
        made, reads = like(stack, **of_account)
        found.append((finishing.finish(made, text, reads, whole=False), finishing.judged[made.account.slug], reads))
    assert found[0] == found[1], of_account


class Edits:
    """What may be in the JSON of an account's constructs, with its slug or number in it; the same for all that draw alike."""

    def __init__(self, content, draw, slug, number):
        self.content, self.draw, self.slug, self.number = content, draw, slug, number
        for at in range(draw.randint(1, 3)):
            draw.choice((self.role, self.policy, self.bucket, self.named, self.topic, self.tags))(f"state{at}")

    def name(self):
        slug, number = self.slug, self.number
        own = (
            f"{slug}-app",
            f"app-{slug}",
            slug,
            f"logs-{number}",
            f"x{number}x{slug}",
            f"default-{slug}",
            f"aws-{slug}",
        )
        return self.draw.choice((*own, "default", "budgets-7", "shop-455", "21"))

    def arn(self):
        service = self.draw.choice(("iam", "s3", "events", "budgets", "logs", "lambda"))
        account = self.draw.choice((self.number, self.number, "*", "200000000004", "aws", "2*"))
        region = "" if service in ("iam", "s3", "budgets") else self.draw.choice(("*", "eu-central-1"))
        kinds = {"iam": "role/", "events": "rule/", "budgets": "budget/", "logs": "log-group:", "lambda": "function:"}
        end = self.draw.choice(("", "*", "-*", "/x"))
        return f"arn:aws:{service}:{region}:{'' if service == 's3' else account}:{kinds.get(service, '')}{self.name()}{end}"

    def conditions(self):
        if self.draw.random() < 0.6:
            return {}
        named = (
            {"aws:ResourceTag/stack": self.slug},
            {"aws:ResourceTag/team": f"team-{self.slug}"},
            {"aws:PrincipalArn": self.arn().rstrip("*")},
            {"aws:SourceAccount": self.number},
        )
        return {"Condition": {self.draw.choice(("StringEquals", "StringLike")): self.draw.choice(named)}}

    def document(self, *rest):
        statements = []
        for _ in range(self.draw.randint(1, 3)):
            actions = self.draw.choice(
                ("s3:GetObject", "iam:GetRole", ["events:PutRule", "logs:PutLogEvents"], "lambda:*")
            )
            found = {"Effect": self.draw.choice(("Allow", "Deny")), "Action": actions}
            found["Resource"] = [self.arn() for _ in range(self.draw.randint(1, 4))]
            statements.append({**found, **self.conditions()})
        return json.dumps({"Version": "2012-10-17", "Statement": [*statements, *rest]})

    def trust(self):
        iam = f"arn:aws:iam::{self.number}"
        whom = self.draw.choice((self.number, f"{iam}:root", f"{iam}:role/{self.name()}"))
        found = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": whom}, **self.conditions()}
        return json.dumps({"Version": "2012-10-17", "Statement": [found]})

    def add(self, type_, construct, block):
        self.content["resource"].setdefault(type_, {})[f"{construct}_Resource_00000000"] = block

    def role(self, at):
        self.add("aws_iam_role", at, {"name": f"{self.name()}r", "assume_role_policy": self.trust()})

    def policy(self, at):
        self.add("aws_iam_policy", at, {"name": f"{self.name()}p", "policy": self.document()})

    def bucket(self, at):
        self.add("aws_s3_bucket", self.draw.choice((at, "state")), {"bucket": f"{self.name()}b"})

    def named(self, at):
        type_ = self.draw.choice(("aws_lambda_function", "aws_cloudwatch_log_group", "aws_cloudwatch_event_rule"))
        self.add(type_, at, {"function_name" if type_ == "aws_lambda_function" else "name": f"{self.name()}f"})

    def topic(self, at):
        self.add("aws_sns_topic", at, {"name": f"{self.name()}t", "tags": {self.name(): "x", self.name(): self.number}})

    def tags(self, _):
        tags = {self.name(): self.name() for _ in range(self.draw.randint(0, 3))}
        for each in self.content["provider"]["aws"]:
            each["default_tags"] = [{"tags": {**tags, "stack": self.slug}}]


@pytest.mark.row("E11")
@pytest.mark.parametrize("deployed", [True, False])
@pytest.mark.parametrize("slugs", [SLUGS, READ])
def test_an_organization_is_the_same_with_copies(tmp_path, slugs, deployed):
    organization = organization_of(tmp_path / "config", slugs, deployed=deployed)
    copied, alone = Counted(organization), Alone(organization)
    notes = [
        app.synthesize(organization, LOCK, outdir=tmp_path / name, finishing=each)
        for name, each in (("copied", copied), ("alone", alone))
    ]
    files = [
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.json")}
        for name in ("copied", "alone")
    ]
    assert files[0] == files[1]
    assert copied.judged == alone.judged
    assert notes[0] == notes[1]  # what is kept is found again by what it has read
    made = set(slugs) & set(copied.made)
    assert len(made) < len(slugs) - 1
    assert not made > set(alone.made)


@pytest.mark.row("E11")
def test_copies_are_what_would_be_worked_out(one):
    stack, text, organization = one
    copied = 0
    for seed in range(SEEDS):
        draw = random.Random(seed)
        shared = Counted(organization)
        # Some that are alike; then whoever comes.
        whose = [(f"shop-{each}0", f"30000000000{each}", {}) for each in range(4, 9)]
        for _ in range(9):
            other = draw.choice(
                ({}, {}, {}, {"purpose": "security"}, {"entry_role": "Entry"}, {"name": "Other", "tags": {}})
            )
            whose.append((draw.choice(SLUGS), draw.choice(NUMBERS), other))
        for slug, number, other in whose:
            content = json.loads(text.replace(stack.account.id, number).replace(stack.account.slug, slug))
            own = output.as_text(Edits(content, random.Random(seed), slug, number).content)
            if draw.random() < 0.2:
                own = own.replace("platform-team", draw.choice(("another-team", slug, number)))
            assert_same(shared, stack, own, slug=slug, id=number, **other)
        copied += len(whose) - len(shared.made)
    assert copied > SEEDS


def with_policy(action, resource, **rest):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **rest}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return {"aws_iam_policy": {"extra_Resource_00000000": {"name": "extra", "policy": text}}}


def of_region(slug):
    return with_policy("ec2:RunInstances", "*", Condition={"StringEquals": {"aws:RequestedRegion": slug}})


@pytest.mark.parametrize(
    ("slugs", "resources"),
    [
        # Words are found for what is wrong, by what it looks like.
        (("eu-wast-1", "eu-wist-1", "eu-wost-1", "eu-xyzz-9"), of_region),
        # A value is right for some.
        (("us-gov-east-1", "us-gov-west-1", "us-gov-east-1", "us-gov-mars-1"), of_region),
        # AWS has "o-" there.
        (
            ("o-shop1", "o-shop2", "o-shop3", "o-shop4", "o1shop5"),
            lambda slug: with_policy(
                "organizations:DescribeHandshake",
                f"arn:aws:organizations::111111111111:handshake/{slug}/invite/h-1",
            ),
        ),
        # A word means something inside a value.
        (
            ("assumed-ro01", "assumed-ro02", "assumed-ro03", "assumed-ro04", "assumed-role"),
            lambda slug: with_policy(
                "s3:GetObject",
                "*",
                Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::111111111111:role/{slug}"}},
            ),
        ),
        # It is called like what is written in the end.
        (
            ("boundar1", "boundar2", "boundar3", "boundar4", "boundary"),
            lambda slug: {
                "aws_iam_policy": {"extra_Resource_00000000": {"name": f"terraform{slug}", "policy": "${data.x}"}}
            },
        ),
        # There is room for the short ones.
        (
            ("shop-1", "shop-2", "shop-3", "shop-4", "shop-of-my-own"),
            lambda slug: with_policy(
                "s3:GetObject",
                [f"arn:aws:s3:::{slug}/{'x' * 900}{at}" for at in range(6)] + [f"arn:aws:s3:::{'y' * 490}/*"],
            ),
        ),
    ],
)
def test_what_is_said_of_one_is_not_said_of_another(one, slugs, resources):
    stack, text, organization = one
    shared = Counted(organization)
    for number, slug in enumerate(slugs, 300_000_000_000):
        content = json.loads(text.replace(stack.account.id, str(number)).replace(stack.account.slug, slug))
        for type_, found in resources(slug).items():
            content["resource"][type_] |= found
        assert_same(shared, stack, output.as_text(content), slug=slug, id=str(number))


def test_an_order_is_compared_before_there_are_numbers(tmp_path):
    """An expression with quotes of its own stands in policies for the number, which are no JSON by then."""
    organization = organization_of(tmp_path / "config", ["sand-box"], deployed=False)
    noted, shared = Noted(organization), Counted(organization)
    app.synthesize(organization, LOCK, ["sand-box"], tmp_path / "out", finishing=noted)
    stack, text = noted.others["sand-box"]
    for slug in ("shop-4-0", "shop-5-0", "shop-6-0", "shop-7-0", "aaa-aaaa"):
        content = json.loads(text.replace("sand-box", slug))
        # Before aws-service-role, or behind it.
        role = next(iter(content["resource"]["aws_iam_role"].values()))
        content["resource"]["aws_iam_role"]["extra_Resource_00000000"] = {**role, "name": f"aws-{slug}"}
        assert_same(shared, stack, output.as_text(content), slug=slug, id=None)
    assert len(shared.made) == 4


def test_tags_are_ones_own(one):
    stack, text, organization = one
    shared = Counted(organization)
    for number, value in enumerate(("a", "a", "a", "a", "b")):
        slug, id_ = f"shop-{number}", f"30000000001{number}"
        content = json.loads(text.replace(stack.account.id, id_).replace(stack.account.slug, slug))
        for each in content["provider"]["aws"]:
            each["default_tags"] = "HERE"
        # Written otherwise than JavaScript does, so that it is not found again in what is finished.
        own = f'[\n{{"tags": {{"stack": "{slug}", "owner": "{value}"}}}}\n        ]'
        assert_same(shared, stack, output.as_text(content).replace('"HERE"', own), slug=slug, id=id_)


def test_a_number_may_be_part_of_a_letter(one):
    stack, text, organization = one
    shared = Counted(organization)
    for number in range(5):
        slug, id_ = f"shop-{number}", f"{number}41000000000"
        content = json.loads(text.replace(stack.account.id, id_).replace(stack.account.slug, slug))
        content["resource"]["aws_sns_topic"] = {"topic": {"name": "HERE"}}
        assert_same(shared, stack, output.as_text(content).replace("HERE", f"\\u0{id_}"), slug=slug, id=id_)


def test_nothing_follows_from_anything_else_of_an_account(one):
    stack, text, organization = one
    made, reads = like(stack)
    kept = ("slug", "id", "purpose", "region", "entry_role")
    expected = Alone(organization).finish(stack, text, set(), whole=False)
    made.account = SimpleNamespace(**{name: getattr(stack.account, name) for name in kept})
    assert Alone(organization).finish(made, text, reads, whole=False) == expected


def test_what_was_in_one_account_before_was_not_in_others(one):
    stack, text, organization = one
    whole = unwatched(stack.inputs).organization
    found = {"300000000008": Found(imports={"global": {"aws_iam_role": {"Forensics": "Forensics"}}})}
    another, _ = like(stack)
    another.inputs = replace(stack.inputs, organization=replace(whole, found=found))
    shared = Counted(organization)
    for number in range(4, 9):
        slug, id_ = f"shop-{number}", f"30000000000{number}"
        own = text.replace(stack.account.id, id_).replace(stack.account.slug, slug)
        assert_same(shared, another, own, slug=slug, id=id_)
    assert len(shared.made) == 4


def test_names_are_taken_for_no_words_of_aws_s():
    """Of AWS's forms of what actions on a type work on, none tells the names apart that its resources may have."""
    told_apart = set()
    for type_, templates in naming._data()["named"].items():
        actions = Permissions.of([type_], listed=listed_actions()).actions
        kinds = {
            (action.partition(":")[0], kind["name"]) for action in actions for kind in details(action)["resourceTypes"]
        }
        for form in filter(None, (names.resource_arn(*kind) for kind in kinds)):
            words = {*re.findall(r"[a-z0-9-]+", re.sub(r"\$\{[^}]*\}", " ", form)), "a-b"}
            for word, template in product(words, templates):
                told_apart |= {
                    word
                    for end in ("", "-*")
                    if is_of(template, form, word + end) != is_of(template, form, "\ue002" + end)
                }
    assert told_apart == copies.WORDS


def details(action):
    service, _, name = action.partition(":")
    return names.action_details(service, name)


def is_of(template, form, name):
    around = {"partition": "aws", "account": "200000000004", "path": "/"}
    return _is_of(re.sub(r"\{(\w+)/?\}", lambda found: around.get(found[1], name), template), form)
