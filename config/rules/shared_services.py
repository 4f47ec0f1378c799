"""What one account has for others: transit gateway, address pools, domains."""

from collections.abc import Iterator
from typing import Final

from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.files import Files
from config.model.base import enabled
from config.nodes import Account, Organization
from config.rules.governed import ungoverned

_DNS_REGION: Final = "us-east-1"
_IPAM: Final = "ipam.amazonaws.com"


def transit_gateway(organization: Organization, files: Files) -> Iterator[Problem]:
    """One account has the transit gateway; nobody attaches to, or shares, what is not there."""
    owners = _gateway_owners(organization)
    for other in owners[1:]:
        arrived = f"a second transit gateway (the first is in {owners[0].slug!r})"
        yield _at(files, other, ("transit_gateway",), arrived, "one in an organization")
    for account in _attached(organization):
        if not owners:
            cure = "Add `transit_gateway` to the settings of the account that shall have it."
            expected = "a transit gateway to attach to"
            yield _at(files, account, ("network", "attachment"), "an attachment", expected, cure)
    for share in organization.shares.values():
        if share.transit_gateway and not enabled(share.account.settings.transit_gateway):
            path = ("shares", share.slug, "transit_gateway")
            expected = f"a transit gateway in {share.account.slug!r}"
            yield files.organization.file.problem(path, "a share of one", expected, "Add it to the account's settings.")


def attachments(organization: Organization, files: Files) -> Iterator[Problem]:
    """Whoever attaches to the transit gateway of another account is among those that it is shared with."""
    owners = _gateway_owners(organization)
    model = files.organization.model
    if not owners or not files.organization.clean or model is None or set(model.shares) != set(organization.shares):
        return  # a mistake of its own may have taken the share away
    owner = owners[0]
    shares = [
        share
        for share in organization.shares.values()
        if share.account is owner and (share.transit_gateway or any(":transit-gateway/" in arn for arn in share.arns))
    ]
    principals = [node for share in shares for node in share.principals]
    let_in = {owner, *(account for node in principals for account in organization.accounts_below(node))}
    for account in _attached(organization):
        if account not in let_in:
            expected = f"{account.slug!r} among those that the transit gateway of {owner.slug!r} is shared with"
            expected += f": {', '.join(sorted({node.selector for node in principals}))}" if shares else ""
            cure = f"Add `{account.selector}`, or its OU, to the `principals` of "
            cure += (
                f"`shares.{shares[0].slug}` in organization.yaml."
                if shares
                else f"a share of {owner.slug!r} with `transit_gateway: true`, in `shares` of organization.yaml."
            )
            yield _at(files, account, ("network", "attachment"), "an attachment", expected, cure)


def address_pools(organization: Organization, files: Files) -> Iterator[Problem]:
    """IPAM belongs to its administrator, and only pools that there are can be shared."""
    for account in organization.accounts.values():
        ipam = enabled(account.settings.ipam)
        if ipam is None:
            continue
        if ipam.advanced and organization.delegated_administrators.get(_IPAM) is not account:
            expected = f"{account.slug!r} as the delegated administrator of {_IPAM}, to see all accounts' addresses"
            cure = f"Add `{_IPAM}: {account.slug}` to `delegated_administrators`, or say `advanced: false`."
            yield _at(files, account, ("ipam",), "`ipam` without it", expected, cure)
        yield from ungoverned(account, organization, files, ("ipam", "regions"), ipam.regions)
    for share in organization.shares.values():
        ipam = enabled(share.account.settings.ipam)
        regions = sorted(ipam.regions) if ipam else []
        for region in share.ipam_pools:
            if region not in regions:
                path = ("shares", share.slug, "ipam_pools")
                expected = f"regions of the pools of {share.account.slug!r}: {one_of(regions)}"
                yield files.organization.file.problem(path, repr(region), expected, did_you_mean(region, regions))


def private_zones(organization: Organization, files: Files) -> Iterator[Problem]:
    """Private zones are seen from the account's own VPC."""
    for account in organization.accounts.values():
        dns = enabled(account.settings.dns)
        if dns and (dns.private_zones or dns.joined_zones) and not enabled(account.settings.network):
            yield _at(files, account, ("dns",), "private zones", "a VPC to see them from", "Add `network`.")


def public_zones(organization: Organization, files: Files) -> Iterator[Problem]:
    """Queries are logged, and keys that sign zones kept, in one region, and only there."""
    if _DNS_REGION in organization.governed_regions:
        return
    for account in organization.accounts.values():
        dns = enabled(account.settings.dns)
        for slug, zone in sorted(dns.public_zones.items() if dns else ()):
            for key, wanted in (("dnssec", zone.dnssec), ("query_log", enabled(zone.query_log))):
                if wanted:
                    expected = f"{_DNS_REGION} among the governed regions, the only one where Route 53 does this"
                    cure = f"Add {_DNS_REGION} to `regions.governed` in organization.yaml, or switch it off."
                    yield _at(files, account, ("dns", "public_zones", slug, key), f"`{key}`", expected, cure)


def _gateway_owners(organization: Organization) -> list[Account]:
    return [account for account in organization.accounts.values() if enabled(account.settings.transit_gateway)]


def _attached(organization: Organization) -> Iterator[Account]:
    for account in organization.accounts.values():
        network = enabled(account.settings.network)
        if network and enabled(network.attachment):
            yield account


def _at(files: Files, account: Account, path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
    """A problem of an account's settings, which may be inherited."""
    file = files.accounts[account.slug].file
    whole: KeyPath = ("settings", *path)
    if not file.holds(whole):
        arrived, whole = f"{arrived} for the account {account.slug!r}", ()
    return file.problem(whole, arrived, expected, cure)
