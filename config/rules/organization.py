"""Accounts' purposes, regions, trusted services, roles between accounts."""

from collections.abc import Iterator

from config.capabilities.problems import written
from config.errors import KeyPath, Problem, did_you_mean, nearest, one_of
from config.facts import bindings
from config.facts.regions import OPT_IN_REGIONS, REGIONS
from config.facts.services import TRUSTED_SERVICES, meant
from config.model.state import S3State
from config.nodes import Account, Configuration
from config.sources.files import Files


def purposes(organization: Configuration, files: Files) -> Iterator[Problem]:
    """There is one management account, and at most one for security, for the log archive, for Terraform and what says so."""
    found = {
        purpose: [each for each in organization.accounts.values() if each.purpose == purpose]
        for purpose in organization.once
    }
    for purpose, accounts in found.items():
        for account in accounts[1:]:
            arrived = f"another account for {purpose} (the first is {accounts[0].slug!r})"
            cure = f"Give one of them another `purpose`, such as workload: {purpose} cannot be shared out."
            if purpose in organization.purposes:
                cure = f"Give one of them another `purpose`, or leave `only_one` out of `purposes.{purpose}`."
            yield files.accounts[account.slug].file.problem(("purpose",), arrived, "one in an organization", cure)
    if not found["management"] and all(entry.clean for entry in files.accounts.values()):
        cure = "Write accounts/management.yaml with `purpose: management` and its `id`."
        yield files.organization.file.problem(
            (), "no management account", "one account that manages the organization", cure
        )


def regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """All regions belong to the partition."""
    known = REGIONS[organization.partition]
    model = files.organization.model
    if model is None or not files.organization.clean:
        return
    named: list[tuple[KeyPath, str]] = [(("regions", "home"), model.regions.home)]
    named += [(("regions", "governed", index), region) for index, region in enumerate(model.regions.governed)]
    if isinstance(model.state, S3State):
        named.append((("state", "region"), model.state.region))
    for path, region in named:
        if region not in known:
            expected = f"a region of the partition {organization.partition}: {one_of(known)}"
            yield files.organization.file.problem(path, repr(region), expected, did_you_mean(region, known))
    if organization.home_region in OPT_IN_REGIONS:
        arrived = f"{organization.home_region}, which AWS keeps closed until an account opens it"
        expected = "a region in which STS knows the management account"
        cure = (
            "Open it there before the first deploy: aws account enable-region --region-name " + organization.home_region
        )
        yield files.organization.file.warning(("regions", "home"), arrived, expected, cure)
    if model.regions.per_resource and not bindings.know_regions():
        arrived = f"true, with {bindings.DISTRIBUTION} {bindings.installed()}, whose AWS provider knows no region of a resource"
        cure = "Raise it as docs/moving-to-provider-6.md says, or remove the key."
        path = ("regions", "per_resource")
        yield files.organization.file.problem(path, arrived, "the bindings of AWS provider 6", cure)


def governed(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Accounts work, and states are kept, in governed regions."""
    regions, file = organization.governed_regions, files.organization.file
    if not files.organization.clean:
        return
    expected = f"a governed region: {one_of(regions)}"
    cure = "Add it to `regions.governed` in organization.yaml, or choose another."
    state = organization.state
    if isinstance(state, S3State) and state.managed and state.region not in regions:
        yield file.problem(("state", "region"), repr(state.region), expected, cure)
    working: dict[tuple[str, KeyPath], list[Account]] = {}
    for account in organization.accounts.values():
        if account.region not in regions:
            file, path = written(files, account, ("region",))
            working.setdefault((file.name, path), []).append(account)
    for (_, path), accounts in working.items():
        file, _ = written(files, accounts[0], ("region",))
        slugs = ", ".join(account.slug for account in accounts)
        where = f"the account {slugs!r} works" if len(accounts) == 1 else f"{slugs} work"
        yield file.problem(path, f"{accounts[0].region!r}, where {where}", expected, cure)


def services(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Delegated services are trusted ones, and principals are spelt as AWS spells them."""
    file, management = files.organization.file, organization.with_purpose("management")
    trusted = files.organization.model.trusted_services if files.organization.model else ()
    for index, service in enumerate(trusted):
        if service in TRUSTED_SERVICES:
            continue  # nothing else was meant
        place, expected = ("trusted_services", index), "a service that AWS Organizations is known to trust"
        if right := meant(service, trusted):
            yield file.problem(place, repr(service), expected, f"Did you mean {right!r}?")
        elif near := nearest(service, TRUSTED_SERVICES):
            yield file.warning(place, repr(service), expected, f"Did you mean {near!r}?")
    for service, account in organization.delegated_administrators.items():
        path = ("delegated_administrators", service)
        if service not in organization.trusted_services and files.organization.clean:
            cure = "" if service in TRUSTED_SERVICES else did_you_mean(service, TRUSTED_SERVICES)
            cure = cure or f"Add {service} to `trusted_services`."
            yield file.problem(path, repr(service), "one of `trusted_services`", cure)
        if account in management:
            yield file.problem(path, "the management account", "another account, so that nobody works in that one")
