"""What a stack synthesizes to, for tests to look at.

The stack goes the way it goes in production: cross-stack references are wired, aspects run, validations run, the files are
written, and those files are read.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cdktf import App, TerraformStack, Testing
from cdktf_cdktf_provider_aws.provider import AwsProvider

if TYPE_CHECKING:
    from collections.abc import Callable


def type_of(module: str) -> str:
    """The provider's resource type of a module of its bindings, whose names separate more words."""
    return f"aws_{module}".replace("_route53_profiles_", "_route53profiles_")


@dataclass(frozen=True)
class Template:
    """A synthesized stack.

    Args:
        json: The whole ``cdk.tf.json``, without CDKTF's ``//`` metadata.
        warnings: The messages of the stack's warning annotations.

    Example:
        >>> template = synth(lambda stack: CrossAccountRoleConstruct(stack, "role", …))
        >>> assert template.only("aws_iam_role")["max_session_duration"] == 3600
    """

    json: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, stack: TerraformStack) -> Template:
        """Synthesize the app that the stack belongs to and read this stack."""
        app = App.of(stack)
        app.synth()
        out = Path(app.outdir)
        manifest = json.loads((out / "manifest.json").read_text())["stacks"][stack.node.id]
        template = cls(
            _portable(json.loads((out / manifest["synthesizedStackPath"]).read_text())),
            tuple(found["message"] for found in manifest["annotations"] if found["level"] == "@cdktf/warn"),
        )
        assert not template.dangling(), "expressions refer to resources that are not there"
        return template

    def resources(self, type_: str) -> dict[str, dict[str, Any]]:
        """All resources of a type, by their name in Terraform."""
        return cast("dict[str, dict[str, Any]]", self.json.get("resource", {}).get(type_, {}))

    def data(self, type_: str) -> dict[str, dict[str, Any]]:
        """All data sources of a type, by their name in Terraform."""
        return cast("dict[str, dict[str, Any]]", self.json.get("data", {}).get(type_, {}))

    def only(self, type_: str) -> dict[str, Any]:
        """The one resource of a type; the test fails if there are none or several."""
        found = self.resources(type_)
        assert len(found) == 1, f"expected one {type_}, found {sorted(found) or 'none'}"
        return next(iter(found.values()))

    def policy(self, type_: str, argument: str) -> dict[str, Any]:
        """The policy document in an argument of the one resource of a type."""
        return cast("dict[str, Any]", json.loads(self.only(type_)[argument]))

    def addresses(self) -> list[str]:
        """The addresses of all resources, sorted; one that changes is a resource destroyed."""
        return sorted(f"{type_}.{name}" for type_, found in self.json.get("resource", {}).items() for name in found)

    def dangling(self) -> set[str]:
        """The addresses of resources and data sources that expressions name and the stack lacks."""
        data = (f"data.{type_}.{name}" for type_, found in self.json.get("data", {}).items() for name in found)
        named = re.findall(r"[{ (](?:data\.)?(aws_\w+\.[\w-]+)", json.dumps(self.json))
        return set(named) - {*self.addresses(), *(address.removeprefix("data.") for address in data)}

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs' values by name."""
        return {name: output["value"] for name, output in self.json.get("output", {}).items()}

    @property
    def providers(self) -> dict[str, dict[str, Any]]:
        """The AWS providers by alias; the default one under the empty string."""
        return {provider.get("alias", ""): provider for provider in self.json.get("provider", {}).get("aws", [])}


def synth(build: Callable[[TerraformStack], object], *, provider: bool = True) -> Template:
    """Build a stack named ``test`` and synthesize it.

    Args:
        build: Puts the constructs into the stack it is given.
        provider: Whether the stack has an AWS provider already, without which CDKTF refuses AWS resources.
    """
    stack = TerraformStack(app(), "test")
    if provider:
        AwsProvider(stack, "aws", region="eu-central-1")
    build(stack)
    return Template.of(stack)


def app() -> App:
    """A CDKTF app that writes to a directory of its own."""
    return Testing.app(outdir=tempfile.mkdtemp(dir=_OUT.name))


_OUT = tempfile.TemporaryDirectory(prefix="synth-")


def _portable(found: Any) -> Any:
    """Leave out metadata and the directory the test runs in (CDKTF's default backend writes it out)."""
    if isinstance(found, dict):
        return {key: _portable(value) for key, value in found.items() if key != "//"}
    if isinstance(found, list):
        return [_portable(value) for value in found]
    return found.replace(f"{Path.cwd()}/", "") if isinstance(found, str) else found
