"""What one account has for others: transit gateway, address pools, domains."""

from collections.abc import Iterator
from typing import Final

from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.files import Files
from config.nodes import Account, Organization

_IPAM: Final = "ipam.amazonaws.com"


def transit_gateway(organization: Organization, files: Files) -> Iterator[Problem]:
    """One account has the transit gateway; nobody attaches to, or shares, what is not there."""
    owners = [account for account in organization.accounts.values() if _on(account.settings.transit_gateway)]
    for other in owners[1:]:
        arrived = f"a second transit gateway (the first is in {owners[0].slug!r})"
        yield _at(files, other, ("transit_gateway",), arrived, "one in an organization")
    for account in organization.accounts.values():
        network = account.settings.network
        if network and network.enabled and network.attachment and network.attachment.enabled and not owners:
            cure = "Add `transit_gateway` to the settings of the account that shall have it."
            expected = "a transit gateway to attach to"
            yield _at(files, account, ("network", "attachment"), "an attachment", expected, cure)
    for share in organization.shares.values():
        if share.transit_gateway and not _on(share.account.settings.transit_gateway):
            path = ("shares", share.slug, "transit_gateway")
            expected = f"a transit gateway in {share.account.slug!r}"
            yield files.organization.file.problem(path, "a share of one", expected, "Add it to the account's settings.")


def address_pools(organization: Organization, files: Files) -> Iterator[Problem]:
    """IPAM belongs to its administrator, and only pools that there are can be shared."""
    for account in organization.accounts.values():
        ipam = account.settings.ipam
        if ipam is None or not ipam.enabled:
            continue
        if ipam.advanced and organization.delegated_administrators.get(_IPAM) is not account:
            expected = f"{account.slug!r} as the delegated administrator of {_IPAM}, to see all accounts' addresses"
            cure = f"Add `{_IPAM}: {account.slug}` to `delegated_administrators`, or say `advanced: false`."
            yield _at(files, account, ("ipam",), "`ipam` without it", expected, cure)
        for region in ipam.regions:
            if region not in organization.governed_regions:
                expected = f"governed regions: {one_of(organization.governed_regions)}"
                yield _at(files, account, ("ipam", "regions", region), repr(region), expected)
    for share in organization.shares.values():
        ipam = share.account.settings.ipam
        regions = sorted(ipam.regions) if ipam and ipam.enabled else []
        for region in share.ipam_pools:
            if region not in regions:
                path = ("shares", share.slug, "ipam_pools")
                expected = f"regions of the pools of {share.account.slug!r}: {one_of(regions)}"
                yield files.organization.file.problem(path, repr(region), expected, did_you_mean(region, regions))


def private_zones(organization: Organization, files: Files) -> Iterator[Problem]:
    """Private zones are seen from the account's own VPC."""
    for account in organization.accounts.values():
        dns = account.settings.dns
        if dns and dns.enabled and (dns.private_zones or dns.joined_zones) and not _on(account.settings.network):
            yield _at(files, account, ("dns",), "private zones", "a VPC to see them from", "Add `network`.")


def _on(capability: object) -> bool:
    return bool(getattr(capability, "enabled", False))


def _at(files: Files, account: Account, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
    """A problem of an account's settings, which may be inherited."""
    file = files.accounts[account.slug].file
    whole: KeyPath = ("settings", *path)
    if not file.holds(whole):
        arrived, whole = f"{arrived} for the account {account.slug!r}", ()
    return file.problem(whole, arrived, expected, cure)
