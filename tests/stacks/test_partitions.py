"""The sample in each partition: no ARN, domain or region of another in what is synthesized, and Terraform takes it."""

import json
import re
import shutil

import pytest
import yaml

from config import load
from config.facts.regions import REGIONS
from estate.paths import LOCK_FILE
from estate.terraform.providers import environment
from stacks.app import synthesize
from tests.deployment import run
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E12", "C7")
HOME = {"aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1", "aws-eusc": "eusc-de-east-1"}
FURTHER = {"aws-us-gov": "us-gov-east-1", "aws-cn": "cn-northwest-1"}
CONSOLE = {
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
# What `config.rules.partitions.provider` is there for: the AWS provider at hand does not know the region.
REFUSED = {
    ("aws-eusc", "network"): "doesn't look like AWS Region",
    ("aws-eusc", "security"): "is an invalid ARN: invalid region value",
}
# Those of endpoints. Services' principals, and the audience of GitHub's tokens, are of amazonaws.com in all partitions.
DOMAINS = {"aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
ARN = re.compile(r"arn:(aws[a-z-]*):")
REGION = re.compile(r"\b(?:us-gov|us|eu|eusc|cn|ap|sa|ca|me|il|af|mx)-(?:[a-z]+-){1,2}\d\b")
NAME = re.compile(r"(?<![\w.-])([\w.*-]*\.)(amazonaws\.com(?:\.cn)?|amazonaws\.eu|aws\.amazon\.com)(?![\w.-])")


def configuration(partition, directory):
    """The sample, in another partition and without what is not there."""
    config = copy_sample(directory)
    regions = {"eu-central-1": HOME[partition], "us-east-1": FURTHER.get(partition, HOME[partition])}
    for path in config.rglob("*.yaml"):
        text = path.read_text().replace("arn:aws:", f"arn:{partition}:")
        text = text.replace("console.aws.amazon.com", CONSOLE[partition]).replace(
            "partition: aws ", f"partition: {partition} "
        )
        for old, new in regions.items():
            text = text.replace(old, new)
        path.write_text(text)
    edit(config / "organization.yaml", lambda data: fit(data, partition))
    edit(config / "accounts" / "network.yaml", pools)
    if partition == "aws-cn":
        (config / "policies" / "ai-opt-out.yaml").unlink()
    if partition == "aws-us-gov":
        for number, path in enumerate(sorted((config / "accounts").glob("*.yaml"))):
            edit(path, lambda data, number=number: data.setdefault("id", f"{number + 2:012}"))
    edit(config / "accounts" / "shared-services.yaml", without_query_logs)
    return config


def edit(path, change):
    data = yaml.safe_load(path.read_text())
    change(data)
    path.write_text(yaml.safe_dump(data))


def fit(data, partition):
    data["partition"] = partition
    data["regions"]["governed"] = sorted(set(data["regions"]["governed"]))
    data["shares"]["routing"]["ipam_pools"] = sorted(set(data["shares"]["routing"]["ipam_pools"]))
    if partition == "aws-cn":
        data["policy_types"].remove("aiservices_opt_out_policy")
        del data["security"]["central_root_access"]
    if partition == "aws-us-gov":
        del data["cost"], data["defaults"]["budget"], data["defaults_by_tag"], data["defaults"]["baseline"]["contacts"]


def pools(data):
    data["settings"]["ipam"]["regions"] = dict(data["settings"]["ipam"]["regions"])


def without_query_logs(data):
    for zone in data["settings"]["dns"]["public_zones"].values():
        zone.update(dnssec=False, query_log=None)


@pytest.fixture(scope="module", params=HOME)
def partition(request):
    return request.param


@pytest.fixture(scope="module")
def out(partition, tmp_path_factory):
    """Where the partition's organization is synthesized to."""
    directory = tmp_path_factory.mktemp(partition)
    with pytest.MonkeyPatch.context() as patch:
        if partition == "aws-eusc":  # what it needs is in tests/bases, and the JSON is the same
            patch.setattr("config.facts.bindings.installed", lambda: "25.8.1")
        synthesize(load(configuration(partition, directory / "config")), LOCK_FILE, (), outdir=directory / "out")
    return directory / "out"


def stacks(out):
    return {path.parent.name: path.read_text() for path in sorted(out.glob("stacks/*/cdk.tf.json"))}


def test_nothing_is_of_another_partition(partition, out):
    found = stacks(out)
    assert len(found) == 8
    for name, text in found.items():
        assert set(ARN.findall(text)) == {partition}, name
        assert set(REGION.findall(text)) <= set(REGIONS[partition]), name
        for start, domain in NAME.findall(text):
            allowed = {DOMAINS[partition], "amazonaws.com"}
            if any(region in start for region in REGIONS[partition]):
                principal = start.startswith("logs.")  # the one of a region that is no endpoint
                allowed = {"amazonaws.com"} if principal and partition != "aws-cn" else {DOMAINS[partition]}
            assert domain in allowed, (name, start + domain)


def test_terraform_takes_it(partition, out):
    variables = environment() | {
        "TF_DATA_DIR": str(out / "terraform")
    }  # without a backend, all need the provider alone
    for name in ("management", "network", "security", "terraform", "production"):
        directory = out / "stacks" / name
        shutil.copy(LOCK_FILE, directory)
        if name == "management":
            run("terraform", "init", "-backend=false", "-input=false", cwd=directory, env=variables)
        if (partition, name) not in REFUSED:
            run("terraform", "validate", cwd=directory, env=variables)
            continue
        with pytest.raises(AssertionError, match=REFUSED[partition, name]):
            run("terraform", "validate", cwd=directory, env=variables)


def test_the_backend_is_told_of_what_terraform_does_not_know(partition, out):
    backend = json.loads(stacks(out)["network"])["terraform"]["backend"]["s3"]
    if partition == "aws-eusc":
        assert backend["skip_region_validation"] is True
        assert backend["endpoints"]["s3"] == "https://s3.eusc-de-east-1.amazonaws.eu"
    else:
        assert not {"skip_region_validation", "endpoints"} & set(backend)
