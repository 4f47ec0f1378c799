"""The same sources on each base: CDKTF with AWS provider 5 and 6, and CDK Terrain. Synthesized; neither is deployed here but the first."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from constructs_lib import InvalidValueError
from constructs_lib.ci.permissions import _service_of
from estate.paths import CHECKOUT
from estate.repository.sources import renamed
from estate.repository.terrain import terrain
from tests.bases.schema import Schema
from tests.organizations import EXTENSIONS, SAMPLE, copy_sample
from tests.packages import FOR_CDKTN, build_wheels, install
from tests.versions import CDK_TERRAIN, PROVIDER_6, Row

BASES = CHECKOUT / ".tools" / "bases"
RAN = "every construct and the sample synthesized; arguments checked against the bindings' schema; same JSON but for announced lines"
# What of the JSON differs, and nothing else: pattern and replacement.
ANNOUNCED = {
    "provider-6": ((r'("source": "aws",\s+"version": )"5\.100\.0"', r'\1"6.25.0"'),),
    "cdktn": (
        (r'"source": "aws",(\s+"version": )"5\.100\.0"', r'"source": "hashicorp/aws",\1"6.69.1"'),
        (r'^      "version": "0\.21\.0"$', '      "version": "0.24.0"'),
    ),
}
NAMES = {"provider-6": PROVIDER_6, "cdktn": CDK_TERRAIN}


@dataclass(frozen=True)
class Base:
    """Where a base runs."""

    python: Path
    sources: Path
    app: tuple[str, ...]
    packages: Path

    def start(self, out, *arguments, config=SAMPLE):
        variables = {
            **os.environ,
            "PYTHONPATH": str(self.sources),
            "ESTATE_CACHE": "0",
            "ESTATE_CONFIG": str(config),
            "ESTATE_EXTENSIONS": str(self.sources / EXTENSIONS.relative_to(CHECKOUT)),
            "CDKTF_OUTDIR": str(out),
        }
        return subprocess.Popen(
            [self.python, *arguments],
            cwd=out.parent,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def environment(name):
    place = BASES / name
    assert place.with_suffix(".done").is_file(), "Bindings of other bases are missing: run `make setup`."
    (packages,) = place.glob("lib/python*/site-packages")
    return place / "bin" / "python", packages


@pytest.fixture(scope="module")
def cdktn(tmp_path_factory):
    """CDK Terrain, with the wheels for it, and what the tests are written in, renamed alike."""
    _, packages = environment("cdktn")
    wheels = build_wheels(tmp_path_factory.mktemp("dist"), sources=FOR_CDKTN)
    python = install(tmp_path_factory.mktemp("environment") / "venv", wheels, packages)
    sources = tmp_path_factory.mktemp("sources")
    names = (
        "bases/constructs.py",
        "constructs_lib/test_beyond_the_sample.py",
        "template.py",
        "deployment.py",
        "versions.py",
    )
    files = [*(CHECKOUT / "tests" / name for name in names), *EXTENSIONS.rglob("*.py")]
    for path in files:
        copy = sources / path.relative_to(CHECKOUT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(terrain(renamed(path), path.name))
    app = "from pathlib import Path; from aws_organization.app import main; main(Path.cwd())"
    return Base(python, sources, ("-c", app), packages / "cdktn_provider_aws")


@pytest.fixture(scope="module")
def per_resource(tmp_path_factory):
    """The sample, whose resources name their region."""
    config = copy_sample(tmp_path_factory.mktemp("per-resource"))
    file = config / "organization.yaml"
    text = file.read_text()
    file.write_text(text.replace("regions:\n", "regions:\n  per_resource: true\n", 1))
    return config


@pytest.fixture(scope="module")
def outputs(cdktn, per_resource, tmp_path_factory):
    """What each base synthesizes, by its name: the sample, once more with a region for each resource, and the other constructs."""
    main = (str(CHECKOUT / "main.py"),)
    python, packages = environment("provider-6")
    bindings = "cdktf_cdktf_provider_aws"
    (fixed,) = Path(sys.prefix).glob("lib/python*/site-packages")
    bases = {
        "fixed": Base(Path(sys.executable), CHECKOUT, main, fixed / bindings),
        "provider-6": Base(python, CHECKOUT, main, packages / bindings),
        "cdktn": cdktn,
    }
    started = []
    for name, base in bases.items():
        out = tmp_path_factory.mktemp(name)
        (out / ".terraform.lock.hcl").write_text("")
        others = base.start(out / "others", "-m", "tests.bases.constructs", str(out / "others"))
        started += [
            (name, base, out / "sample", base.start(out / "sample", *base.app)),
            (name, base, out / "others", others),
        ]
        if name != "fixed":
            process = base.start(out / "by-region", *base.app, config=per_resource)
            started.append((f"{name} by region", base, out / "by-region", process))
    found = {}
    for name, base, out, process in started:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        # CDKTF's default backend writes out where it runs.
        files = {
            path.parent.name: path.read_text().replace(f"{out.parent}/", "")
            for path in out.glob("stacks/*/cdk.tf.json")
        }
        stacks = {f"{out.name}/{stack}": text for stack, text in files.items()}
        found.setdefault(name, (base, {}))[1].update(stacks)
    return found


def blocks(stacks):
    for text in stacks.values():
        stack = json.loads(text)
        for kind, prefix in (("resource", ""), ("data", "data.")):
            for type_, found in stack.get(kind, {}).items():
                if type_.startswith("aws_"):
                    yield from ((f"{prefix}{type_}", block) for block in found.values())


@pytest.mark.row("E9")
@pytest.mark.parametrize("name", ANNOUNCED)
def test_the_json_is_that_of_the_fixed_base_but_for_the_lines_announced(outputs, name, ran):
    _, fixed = outputs["fixed"]
    _, other = outputs[name]
    assert len(fixed) == len(list((SAMPLE / "accounts").glob("*.yaml"))) + 2
    assert other.keys() == fixed.keys()
    for stack, text in fixed.items():
        expected = text
        for pattern, replacement in ANNOUNCED[name]:
            expected, count = re.subn(pattern, replacement, expected, flags=re.MULTILINE)
            # CDKTF's apps for tests name no version of their own.
            assert count == 1 or '"version": "stubbed"' in text, (stack, pattern)
        if name == "cdktn":  # writes what is empty on one line
            expected = re.sub(r"([{\[])\n\s*([}\]])", r"\1\2", expected)
        assert other[stack] == expected
    ran(Row(NAMES[name], RAN))


@pytest.mark.row("E9")
@pytest.mark.parametrize("name", ["fixed", *ANNOUNCED, *(f"{name} by region" for name in ANNOUNCED)])
def test_the_bindings_have_every_argument(outputs, name):
    base, stacks = outputs[name]
    found = list(blocks(stacks))
    schema = Schema(base.packages, {type_ for type_, _ in found})
    assert sorted({path for type_, block in found for path in schema.unknown(type_, block)}) == []


def regional(stack):
    """Where each resource is: by its own region, by its provider's, or by the default provider's. Types that know regions lose the provider."""
    regions = {f"aws.{one['alias']}": one["region"] for one in stack["provider"]["aws"] if "alias" in one}
    return {
        f"{kind}.{type_}.{name}": (block.get("region") or regions.get(block.get("provider")), block)
        for kind in ("resource", "data")
        for type_, found in stack.get(kind, {}).items()
        for name, block in found.items()
    }


@pytest.mark.row("E9")
@pytest.mark.parametrize("name", ANNOUNCED)
def test_resources_name_their_region_and_are_where_they_were(outputs, name):
    _, plain = outputs[name]
    _, named = outputs[f"{name} by region"]
    assert {stack.removeprefix("by-region/") for stack in named} == {
        stack.removeprefix("sample/") for stack in plain if stack.startswith("sample/")
    }
    moved = set()
    for stack, text in named.items():
        after, before = json.loads(text), json.loads(plain[f"sample/{stack.removeprefix('by-region/')}"])
        there, here = regional(before), regional(after)
        assert there.keys() == here.keys()
        for address, (region, block) in here.items():
            was, old = there[address]
            assert region == was, address
            if "region" in block.keys() - old.keys():
                moved.add(address.split(".")[1])
                old = {**{key: value for key, value in old.items() if key != "provider"}, "region": was}
            assert block == old, address
        used = {block.get("provider") for _, block in here.values()}
        aliases = {f"aws.{one['alias']}" for one in after["provider"]["aws"] if "alias" in one}
        assert aliases <= used
        assert before["provider"]["aws"][0] == after["provider"]["aws"][0]
    assert {"aws_guardduty_detector", "aws_default_vpc", "aws_config_configuration_recorder"} <= moved
    assert not any(type_.startswith(("aws_iam_", "aws_organizations_", "aws_ce_")) for type_ in moved)


# Read from what every account has, or of services that AWS's reference lacks: retired, or too new.
NO_SERVICE = re.compile(
    r"(arn|availability_zones?|caller_identity|canonical_user_id|eips|instances|ip_ranges|lbs|nat_gateways|network_acls|network_interfaces|"
    r"partition|prefix_list|regions?|security_groups|service|service_principal|subnets|vpcs)|"
    r"(cloudwatchomni|evidently|lambdacore|lambdamicrovms)_\w+"
)


@pytest.mark.row("E9", "C12")
@pytest.mark.parametrize("name", ["fixed", *ANNOUNCED])
def test_the_service_of_every_type_is_known(outputs, name):
    base, _ = outputs[name]
    types = {path.parent.name.removeprefix("data_aws_") for path in base.packages.glob("*/__init__.py")}
    types = {
        type_
        for type_ in types
        if not type_.startswith(("_jsii", "ephemeral_", "provider")) and not NO_SERVICE.fullmatch(type_)
    }
    assert len(types) > 1400

    def unknown(type_):
        try:
            _service_of(type_)
        except InvalidValueError:
            return True
        return False

    assert sorted(filter(unknown, types)) == []


def test_an_argument_that_the_bindings_lack_is_found(outputs):
    base, _ = outputs["fixed"]
    schema = Schema(base.packages, {"aws_s3_bucket_versioning", "aws_no_such_thing"})
    block = {
        "bucket": "b",
        "versioning_configuration": {"status": "Enabled", "mode": 1},
        "misspelt": 1,
        "depends_on": [],
    }
    unknown = ["aws_s3_bucket_versioning.misspelt", "aws_s3_bucket_versioning.versioning_configuration.mode"]
    assert sorted(schema.unknown("aws_s3_bucket_versioning", block)) == unknown
    assert schema.unknown("aws_no_such_thing", {}) == ["aws_no_such_thing"]
