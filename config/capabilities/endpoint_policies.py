"""What can be done by the endpoints of VPCs: policies from files, or written out."""

from collections.abc import Iterator, Mapping
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import OrganizationCapability
from config.capabilities.network import NETWORK, vpc_path
from config.capabilities.problems import at
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.model.base import Model, refuse
from config.model.statement import StatementEntry
from config.model.types import DocumentPath, Slug
from config.nodes import Account, Configuration
from config.sources.documents import in_order, problem_of
from config.sources.files import Files
from config.sources.resolving import Resolving
from config.sources.variables import STAND_INS, as_in_some_account
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.endpoints import only_of_organization
from constructs_lib.policies.kinds import PolicyKind

KEY: Final = "endpoint_policies"


class EndpointPolicyEntry(Model):
    """What can be done by an endpoint; `network.endpoints.policies` and those of `network.vpcs` name it."""

    document: DocumentPath | None = Field(
        default=None, description="A JSON file below policies/ with the policy as AWS takes it."
    )
    statements: tuple[StatementEntry, ...] | None = Field(
        default=None, min_length=1, description="The policy written out; each statement has `principals`."
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.document is None) is (self.statements is None):
            raise refuse("either `document` or `statements`")
        return self


def _resolve(entries: Mapping[str, EndpointPolicyEntry], resolving: Resolving) -> dict[str, PolicyDocument]:
    found = {}
    for slug, entry in sorted(entries.items()):
        document = (
            in_order(entry.statements)
            if entry.statements
            else resolving.document((KEY, slug, "document"), str(entry.document))
        )
        if document is not None:
            found[slug] = document
    return found


def _documents(organization: Configuration, files: Files) -> Iterator[Problem]:
    """AWS takes every document, with what keeps others than the organization out, too."""
    model = files.organization.model
    for slug, document in (ENDPOINT_POLICIES.of(organization) or {}).items():
        written = getattr(model, KEY)[slug].statements
        # In the order of the file, so that a finding's index leads to its line.
        own = PolicyDocument(tuple(each.statement() for each in written)) if written else document
        judged = only_of_organization(as_in_some_account(own), STAND_INS["organization_id"])
        for finding in check_document(judged, PolicyKind.RESOURCE, slug):
            place: KeyPath = (KEY, slug, "statements" if written else "document")
            if written and finding.statement is not None and finding.statement < len(written):
                place = (*place, finding.statement)
            yield problem_of(files.organization.file, place, finding)


def _named(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Endpoints have policies that there are, and that AWS looks at as they are meant."""
    known = ENDPOINT_POLICIES.of(organization) or {}
    written = files.organization.file.data.get(KEY) or ()
    for account in organization.accounts.values():
        network = NETWORK.in_account(organization, account)
        for vpc_slug, vpc in network.every.items() if network else ():
            path: KeyPath = (*vpc_path(vpc_slug), "endpoints", "policies")
            for service, slug in sorted(vpc.endpoints.policies.items()) if vpc.endpoints.enabled else ():
                if slug not in known:
                    if slug in written:
                        continue  # its own mistake is said
                    expected = f"the slug of one of `{KEY}`: {one_of(known)}"
                    yield at(files, account, (*path, service), repr(slug), expected, did_you_mean(slug, known))
            meant: dict[str, list[str]] = {}
            for service in vpc.endpoints.gateways if vpc.endpoints.enabled else ():
                slug = vpc.endpoints.policy_of(service) or ""
                if slug in known and _names_principals(known[slug]):
                    meant.setdefault(service if service in vpc.endpoints.policies else "default", []).append(service)
            for key, services in meant.items():
                slug = vpc.endpoints.policies[key]
                yield _for_interfaces(files, account, (*path, key), slug, " and ".join(sorted(services)))


def _names_principals(document: PolicyDocument) -> bool:
    return any(
        dict(statement.principals or {}) not in ({}, {"AWS": ("*",)})
        for statement in document.statements
        if statement.principals != "*"
    )


def _for_interfaces(files: Files, account: Account, path: KeyPath, slug: str, services: str) -> Problem:
    arrived = f"{slug!r}, which names principals, for the gateway endpoint of {services}"
    expected = "a policy for `*`: of an account or a role that is named, a gateway endpoint knows the root user only"
    return at(
        files, account, path, arrived, expected, "Name them in a condition on aws:PrincipalArn or aws:PrincipalAccount."
    )


ENDPOINT_POLICIES: Final[OrganizationCapability[Mapping[str, PolicyDocument]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, EndpointPolicyEntry],
    default_factory=dict,
    description="What can be done by endpoints of VPCs.",
    resolve=_resolve,
    rules=(_documents, _named),
)
