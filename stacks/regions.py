"""What a stack's JSON says of regions: a provider for each that there is or a region for each resource, and closed ones opened first."""

import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final

from cdktf import TerraformElement

from config.facts import bindings
from config.facts.regions import REGIONS
from config.nodes import Account, Organization

_OPENED: Final = "aws_account_region"


def in_every_region(synthesized: dict[str, Any], organization: Organization, account: Account) -> dict[str, Any]:
    """Give a stack a provider for every region of its partition, whether or not anything of it is there.

    Terraform destroys what is in the state and not in the configuration any more through the provider that made it, which
    has to be there still: else nothing of the stack can be planned ("Provider configuration not present"). Regions are
    dropped, capabilities switched off, accounts moved to another region, by whatever command deploys; so all providers
    are always there. Terraform starts those only that something in the configuration or in the state needs.

    Args:
        synthesized: A stack's Terraform JSON; it is changed.
        organization: The configuration.
        account: The stack's account.

    Returns:
        The same JSON.

    Source: https://developer.hashicorp.com/terraform/language/providers/configuration
    """
    providers: list[dict[str, Any]] = synthesized["provider"]["aws"]
    own = next(provider for provider in providers if provider["region"] == account.region)
    known = {provider.get("alias") for provider in providers}
    providers += [
        {**own, "alias": region, "region": region} for region in REGIONS[organization.partition] if region not in known
    ]
    return synthesized


def opened_first(synthesized: dict[str, Any]) -> dict[str, Any]:
    """Have what is in a region that the stack opens wait until it is open, in all accounts that it is opened for.

    Args:
        synthesized: A stack's Terraform JSON; it is changed.

    Returns:
        The same JSON.
    """
    opened: dict[str, list[str]] = {}
    for name, block in sorted(synthesized.get("resource", {}).get(_OPENED, {}).items()):
        opened.setdefault(block["region_name"], []).append(f"${{{_OPENED}.{name}.id}}")
    waits = {f"aws.{region}": f"opened-{region}" for region in opened}
    for kind in ("resource", "data") if waits else ():
        for found in synthesized.get(kind, {}).values():
            for block in found.values():
                if local := waits.get(block.get("provider")):
                    # One name for all accounts: there may be a thousand, in each of many resources.
                    synthesized.setdefault("locals", {})[local] = opened[local.removeprefix("opened-")]
                    block["depends_on"] = [*block.get("depends_on", ()), f"local.{local}"]
    return synthesized


def with_regions(synthesized: dict[str, Any], organization: Organization) -> dict[str, Any]:
    """Have resources name their region, and leave out the providers that nothing needs then, if the configuration says so.

    One process of AWS's provider then does what took one for each region. What left the configuration is destroyed by the
    provider that is there, in the region that the state has of it. Global types know no `region`, and keep their provider.

    Args:
        synthesized: A stack's Terraform JSON, all else done; it is changed.
        organization: The configuration.

    Returns:
        The same JSON.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support
    """
    if not organization.region_per_resource:
        return synthesized
    providers: list[dict[str, Any]] = synthesized["provider"]["aws"]
    regions = {f"aws.{provider['alias']}": provider["region"] for provider in providers if "alias" in provider}
    moved: dict[str, str] = {}
    for kind, prefix in (("resource", ""), ("data", "data_aws_")):
        for type_, found in synthesized.get(kind, {}).items():
            if not type_.startswith("aws_") or not _knows_region(prefix + type_.removeprefix("aws_")):
                continue
            for name, block in found.items():
                if region := regions.get(block.get("provider")):
                    del block["provider"]
                    block.setdefault("region", region)
                    moved[f"{type_}.{name}"] = region
    for block in synthesized.get("import", ()):
        if (region := moved.get(block["to"])) and block.pop("provider", None):
            block["id"] = f"{block['id']}@{region}"
    named = set(_providers_named({key: found for key, found in synthesized.items() if key != "provider"}))
    synthesized["provider"]["aws"] = [
        provider for provider in providers if "alias" not in provider or f"aws.{provider['alias']}" in named
    ]
    return synthesized


@cache
def _knows_region(module: str) -> bool:
    """Whether a type of the bindings has the argument `region`; the provider's own attribute of that name is none."""
    found = vars(import_module(f"{bindings.PACKAGE}.{module}")).values()
    return any(
        inspect.isclass(each) and issubclass(each, TerraformElement) and hasattr(each, "reset_region") for each in found
    )


def _providers_named(block: Any) -> Iterator[str]:
    """The providers that resources, modules and imports say they use."""
    if isinstance(block, list):
        for each in block:
            yield from _providers_named(each)
    elif isinstance(block, dict):
        for key, value in block.items():
            if key == "provider" and isinstance(value, str):
                yield value
            elif key == "providers" and isinstance(value, dict):
                yield from value.values()
            else:
                yield from _providers_named(value)
