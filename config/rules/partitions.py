"""What AWS has not in the organization's partition, and what its tools do not know of it."""

from collections.abc import Iterator
from typing import Final

from config.errors import KeyPath, Problem, one_of
from config.facts import bindings
from config.facts.partitions import ABSENT_KEYS, NO_POLICY_TYPES, SERVICES, has_service
from config.facts.regions import REGIONS
from config.model.policy import KINDS
from config.nodes import Configuration
from config.sources.files import Files

_PAIR: Final = (
    "Its management account's pair in the commercial partition makes it there (CreateGovCloudAccount, `create_govcloud`); "
    "then invite it into this organization, and write its id here."
)


def policy_types(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Each policy type that is switched on is one that AWS has in the partition."""
    model, absent = files.organization.model, NO_POLICY_TYPES.get(organization.partition, frozenset())
    for index, name in enumerate(model.policy_types if model and absent else ()):
        if name in absent:
            expected = f"one that AWS has in {organization.partition}: {one_of(sorted(set(KINDS) - absent))}"
            yield files.organization.file.problem(("policy_types", index), repr(name), expected, "Remove it.")


def keys(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No key stands for what is not in the partition."""
    file = files.organization.file
    for path, reason in ABSENT_KEYS.get(organization.partition, {}).items():
        if file.holds(path):
            arrived = f"`{path[-1]}` in the partition {organization.partition}"
            yield file.problem(path, arrived, f"none of it there: {reason}", "Remove it.")


def services(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Trusted and delegated services are in the partition."""
    file, model = files.organization.file, files.organization.model
    named: list[tuple[KeyPath, str]] = []
    if model and files.organization.clean:
        named = [(("trusted_services", index), service) for index, service in enumerate(model.trusted_services)]
        named += [(("delegated_administrators", service), service) for service in model.delegated_administrators]
    for path, service in named:
        if service in SERVICES and not has_service(SERVICES[service], organization.partition):
            yield file.problem(path, repr(service), f"a service that AWS has in {organization.partition}", "Remove it.")


def provider(organization: Configuration, files: Files) -> Iterator[Problem]:
    """AWS's provider takes the partition's ARNs."""
    if organization.partition == "aws-eusc" and not bindings.know_sovereign_cloud():
        arrived = f"'aws-eusc', with {bindings.DISTRIBUTION} {bindings.installed()}"
        expected = "AWS provider 6.29 or later: earlier ones refuse the ARNs of eusc-de-east-1"
        cure = "Move to CDK Terrain, as docs/moving-to-cdktn.md says."
        yield files.organization.file.problem(("partition",), arrived, expected, cure)


def govcloud(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Accounts of GovCloud (US) are made by the commercial organization, as pairs of its own, and nowhere else."""
    known = organization.home_region in REGIONS[organization.partition]
    if not known or not files.organization.clean:
        return
    for account in organization.accounts.values():
        file = files.accounts[account.slug].file
        if organization.partition == "aws-us-gov" and account.id is None:
            expected = f"the `id` of {account.slug!r}: AWS makes no accounts in GovCloud (US)"
            yield file.problem((), "no `id`", expected, _PAIR)
        if organization.partition != "aws" and account.create_govcloud:
            expected = "it in an account of a commercial organization, whose pair is in GovCloud (US)"
            yield file.problem(
                ("create_govcloud",), f"it in the partition {organization.partition}", expected, "Remove it."
            )
