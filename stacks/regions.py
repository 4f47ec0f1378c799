"""What a stack's JSON says of regions: a provider for each that there is, and closed ones opened first."""

from typing import Any, Final

from config.nodes import Account, Organization
from config.regions import REGIONS

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
