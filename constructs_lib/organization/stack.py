"""The organization as one Terraform stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf import TerraformOutput, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.organizations_account import OrganizationsAccount
from cdktf_cdktf_provider_aws.organizations_delegated_administrator import OrganizationsDelegatedAdministrator
from cdktf_cdktf_provider_aws.organizations_organization import OrganizationsOrganization
from cdktf_cdktf_provider_aws.organizations_organizational_unit import OrganizationsOrganizationalUnit
from cdktf_cdktf_provider_aws.ram_sharing_with_organization import RamSharingWithOrganization

from constructs_lib.organization.attachments import check_policies
from constructs_lib.organization.policy import PolicyConstruct
from constructs_lib.organization.tree import OrganizationTree
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import report
from constructs_lib.tokens import unresolved
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_match,
    require_organization_id,
    require_slug,
    require_unique,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cdktf import TerraformBackend, TerraformProvider
    from constructs import Construct

    from constructs_lib.organization.values import Account, OrganizationalUnit, Policy

SERVICE_ACCESS: Final = (
    "access-analyzer.amazonaws.com",
    "account.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com",
    "config.amazonaws.com",
    "guardduty.amazonaws.com",
    "ram.amazonaws.com",
    "securityhub.amazonaws.com",
    "sso.amazonaws.com",
    "tagpolicies.tag.amazonaws.com",
)
"""The AWS services that work organization-wide unless told otherwise."""

_RAM = "ram.amazonaws.com"
_SERVICE = r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?"
_MANAGEMENT_ID = "${aws_organizations_organization.organization.master_account_id}"
_ROOT_ID = "${aws_organizations_organization.organization.roots[0].id}"


@typed
class OrganizationStack(TerraformStack):
    """The organization: its units, accounts, policies and delegated administrators. For the management account only.

    Everything is named by slugs, so nothing but a changed slug changes a Terraform address. Terraform refuses to destroy
    or replace the organization and its accounts. That protection ends with the resource: an account that is taken out of
    `accounts` would leave the organization (AWS refuses that to accounts which cannot stand alone), though never be closed.

    What changes in place: an account's unit (it moves) and tags, a unit's name. What Terraform can only replace is left alone
    in existing accounts: e-mail, role name, billing access; so is the name, unless `rename_accounts` is set. Each plan warns of
    a name or an e-mail address that AWS has otherwise (a ``check`` block). A unit that gets another parent is made anew before
    the old one goes, and its accounts move over.

    Where RAM has service access, sharing with the organization is switched on: the access alone would not do.

    Children: ``organization``, ``ram-sharing``, ``unit-<slug>``, ``account-<slug>``, ``policy-<slug>``, ``delegate-<account>-<service>`` and
    the outputs ``organization_id``, ``organization_arn``, ``root_id``, ``management_account_id``, ``account_ids`` and
    ``unit_ids`` (both by slug), and ``govcloud_account_ids`` (by the slug of the commercial account) where there are any. The Terraform address of an account is ``aws_organizations_account.account-<slug>``.

    Args:
        scope: The app.
        id_: The stack's name.
        provider: Makes the provider in the stack: ``lambda stack: AwsProvider(stack, "aws", …)``. It belongs to the
            management account; `allowed_account_ids` makes sure of it.
        backend: Makes the backend in the stack: ``lambda stack: S3Backend(stack, …)``. Default: a local state file.
        units: The organizational units, in any order.
        accounts: The member accounts, in any order.
        policies: The policies and where they are attached, in any order.
        delegated_administrators: An account's slug to the service principals that it administers for the organization.
            They are given service access too.
        service_access: The service principals that may work in all accounts. Default: `SERVICE_ACCESS`.
        policy_types: The kinds of policies that can be attached. Default: SCPs and tag policies; kinds that `policies`
            uses are added.
        existing_organization_id: The id of an organization that is there already, ``o-…``: Terraform takes it over instead
            of making one. Units and accounts have an `existing_id` of their own. Default: a new organization.
        ram_sharing: Whether RAM shares with the organization where it has service access. Default: it does.
        existing_delegations: Those of `delegated_administrators` that are registered already: ``<slug>/<service>`` to
            Terraform's import id, ``<account's id>/<service>``. Default: none is.
        existing_ram_sharing: The management account's id, if RAM shares with the organization already. Default: it does not.
        management: The slug that stands for the management account. Default: ``management``.
        rename_accounts: Whether a changed name is applied to existing accounts. Default: it is not.

    Raises:
        InvalidValueError: If a slug or e-mail is there twice, a unit or an account is unknown, units nest deeper than five
            levels, or AWS would refuse a name.
        InvalidPolicyError: If AWS would refuse a policy, or so many of them.

    Example:
        >>> OrganizationStack(
        ...     app, "management",
        ...     provider=lambda stack: AwsProvider(stack, "aws", region="eu-central-1", allowed_account_ids=["111122223333"]),
        ...     units=[OrganizationalUnit("workloads", "Workloads")],
        ...     accounts=[Account("production", "Production", "aws+production@example.com", unit="workloads")],
        ... )

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: Callable[[TerraformStack], TerraformProvider],
        backend: Callable[[TerraformStack], TerraformBackend] | None = None,
        units: Sequence[OrganizationalUnit] = (),
        accounts: Sequence[Account] = (),
        policies: Sequence[Policy] = (),
        delegated_administrators: Mapping[str, Sequence[str]] | None = None,
        service_access: Sequence[str] = SERVICE_ACCESS,
        policy_types: Sequence[PolicyKind] = (PolicyKind.SCP, PolicyKind.TAG),
        existing_organization_id: str | None = None,
        ram_sharing: bool = True,
        existing_delegations: Mapping[str, str] | None = None,
        existing_ram_sharing: str | None = None,
        management: str = "management",
        rename_accounts: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._tree = OrganizationTree(tuple(units), tuple(accounts), require_slug("management", management))
        require_unique("policies", (policy.slug for policy in policies))
        self._elsewhere = {
            **{f"ou:{unit.slug}": str(unit.existing_id) for unit in self._tree.units if not unit.managed},
            **{f"account:{each.slug}": str(each.existing_id) for each in self._tree.accounts if not each.managed},
        }
        report(self, check_policies(self._tree, policies))
        delegated = delegated_administrators or {}
        if backend is not None:
            backend(self)
        provider(self)
        services = {*service_access, *(service for services in delegated.values() for service in services)}
        self._organization = self._make_organization(services, {*policy_types, *(policy.kind for policy in policies)})
        if existing_organization_id is not None:
            require_organization_id("existing_organization_id", existing_organization_id)
            self._organization.import_from(existing_organization_id)
        if _RAM in services and ram_sharing:
            sharing = RamSharingWithOrganization(self, "ram-sharing", depends_on=[self._organization])
            if existing_ram_sharing is not None:
                sharing.import_from(require_account_id("existing_ram_sharing", existing_ram_sharing))
        self._units = self._make_units()
        self._accounts = self._make_accounts(rename=rename_accounts)
        self._warn_of_other_names()
        self._adopt()
        self._policies = {policy.slug: self._make_policy(policy) for policy in policies}
        self._delegate(delegated, existing_delegations or {})
        self._make_outputs()

    @property
    def organization_id(self) -> str:
        """The organization's id, ``o-…``."""
        return self._organization.id

    @property
    def organization_arn(self) -> str:
        """The organization's ARN, as RAM takes it for a principal."""
        return self._organization.arn

    @property
    def root_id(self) -> str:
        """The id of the root, ``r-…``."""
        return self._organization.roots.get(0).id

    @property
    def management_account_id(self) -> str:
        """The id of the management account."""
        return self._organization.master_account_id

    def account_id(self, slug: str) -> str:
        """The id of an account, the management account included."""
        if slug == self._tree.management:
            return self.management_account_id
        slug = self._tree.require_account(slug, "account_id(…)")
        return self._accounts[slug].id if slug in self._accounts else self._account_id(slug)

    def unit_id(self, slug: str) -> str:
        """The id of an organizational unit, ``ou-…``."""
        slug = self._tree.unit_at(slug, "unit_id(…)")
        return self._units[slug].id if slug in self._units else self._unit_id(slug)

    def unit_arn(self, slug: str) -> str:
        """The ARN of an organizational unit, as RAM takes it for a principal."""
        return self._units[self._tree.unit_at(slug, "unit_arn(…)")].arn

    def policy_id(self, slug: str) -> str:
        """The id of a policy, ``p-…``."""
        return self._policies[slug].policy_id

    def _make_organization(self, services: Iterable[str], kinds: Iterable[PolicyKind]) -> OrganizationsOrganization:
        for service in services:
            require_match(
                "service_access", service, _SERVICE, expected="a service principal such as 'ram.amazonaws.com'"
            )
        return OrganizationsOrganization(
            self,
            "organization",
            feature_set="ALL",
            aws_service_access_principals=sorted(services),
            enabled_policy_types=sorted(kind.terraform_type for kind in kinds if kind.terraform_type),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )

    # Within the stack, ids are written as the expressions that they become: their addresses are known from the slugs, and
    # asking the JavaScript kernel for each would cost a round trip per reference.

    def _make_units(self) -> dict[str, OrganizationsOrganizationalUnit]:
        # AWS cannot move a unit. Making the new one first lets the accounts move over before the old one goes.
        lifecycle = TerraformResourceLifecycle(create_before_destroy=True)
        return {
            unit.slug: OrganizationsOrganizationalUnit(
                self,
                f"unit-{unit.slug}",
                name=unit.name,
                parent_id=self._unit_id(unit.parent),
                tags=unit.tags or None,
                lifecycle=lifecycle,
            )
            for unit in self._tree.units
            if unit.managed
        }

    def _make_accounts(self, *, rename: bool) -> dict[str, OrganizationsAccount]:
        ignored = ["email", "iam_user_access_to_billing", "role_name", *([] if rename else ["name"])]
        lifecycle = TerraformResourceLifecycle(prevent_destroy=True, ignore_changes=sorted(ignored))
        # Terraform asks for a pair only as it makes the account: later, a change of this says nothing.
        paired = TerraformResourceLifecycle(prevent_destroy=True, ignore_changes=sorted([*ignored, "create_govcloud"]))
        return {
            account.slug: OrganizationsAccount(
                self,
                f"account-{account.slug}",
                name=account.name,
                email=account.email,
                parent_id=self._unit_id(account.unit),
                role_name=account.role_name,
                iam_user_access_to_billing="ALLOW" if account.billing_access else "DENY",
                close_on_deletion=False,
                create_govcloud=account.create_govcloud or None,
                tags=account.tags or None,
                lifecycle=paired if account.create_govcloud else lifecycle,
            )
            for account in self._tree.accounts
            if account.managed
        }

    def _warn_of_other_names(self) -> None:
        """Let no name and no address be ignored in silence; the bindings have no ``check``."""
        asserts = [
            {
                "condition": f"${{lower({address}.{argument}) == lower({_quoted(wanted)})}}"
                if argument == "email"
                else f"${{{address}.{argument} == {_quoted(wanted)}}}",
                "error_message": f"Account {account.slug}: AWS has another {what} than {wanted!r}. Terraform leaves it as it is.",
            }
            for account in sorted(self._tree.accounts, key=lambda account: account.slug)
            for address in (f"aws_organizations_account.account-{account.slug}",)
            for argument, what, wanted in (("name", "name", account.name), ("email", "e-mail address", account.email))
            if account.managed and not unresolved(wanted)
        ]
        if asserts:
            self.add_override("check", {"names-of-accounts": {"assert": asserts}})

    def _adopt(self) -> None:
        for unit in self._tree.units:
            if unit.existing_id is not None and unit.managed:
                self._units[unit.slug].import_from(unit.existing_id)
        for account in self._tree.accounts:
            if account.existing_id is not None and account.managed:
                self._accounts[account.slug].import_from(account.existing_id)

    def _make_policy(self, policy: Policy) -> PolicyConstruct:
        return PolicyConstruct(
            self,
            f"policy-{policy.slug}",
            kind=policy.kind,
            document=policy.document,
            targets=self._targets(policy),
            name=policy.name,
            description=policy.description,
            tags=policy.tags,
            accepted=policy.accepted,
            existing_id=policy.existing_id,
            existing_attachments={
                self._key(target, policy): import_id for target, import_id in policy.existing_attachments.items()
            },
            text=policy.text,
            depends_on=[self._organization],
        )

    def _targets(self, policy: Policy) -> dict[str, str]:
        nodes = (self._tree.node(target, f"Policy({policy.slug!r}).targets") for target in policy.targets)
        return {node.replace(":", "-"): self._node_id(node) for node in nodes}

    def _key(self, target: str, policy: Policy) -> str:
        return self._tree.node(target, f"Policy({policy.slug!r}).existing_attachments").replace(":", "-")

    def _node_id(self, node: str) -> str:
        kind, _, slug = node.partition(":")
        if kind == "account":
            return _MANAGEMENT_ID if slug == self._tree.management else self._account_id(slug)
        return self._unit_id(slug or None)

    def _delegate(self, delegated: Mapping[str, Sequence[str]], existing: Mapping[str, str]) -> None:
        for slug, services in delegated.items():
            account_id = self._account_id(self._tree.require_account(slug, "delegated_administrators"))
            for service in services:
                short = service.removesuffix(".amazonaws.com").replace(".", "-")
                made = OrganizationsDelegatedAdministrator(
                    self, f"delegate-{slug}-{short}", account_id=account_id, service_principal=service
                )
                if f"{slug}/{service}" in existing:
                    made.import_from(existing[f"{slug}/{service}"])

    def _make_outputs(self) -> None:
        account_ids = {account.slug: self._account_id(account.slug) for account in self._tree.accounts}
        outputs: dict[str, str | dict[str, str]] = {
            "organization_id": "${aws_organizations_organization.organization.id}",
            "organization_arn": "${aws_organizations_organization.organization.arn}",
            "root_id": _ROOT_ID,
            "management_account_id": _MANAGEMENT_ID,
            "account_ids": {self._tree.management: _MANAGEMENT_ID, **account_ids},
            "unit_ids": {unit.slug: self._unit_id(unit.slug) for unit in self._tree.units},
        }
        if pairs := [account.slug for account in self._tree.accounts if account.create_govcloud]:
            outputs["govcloud_account_ids"] = {
                slug: f"${{aws_organizations_account.account-{slug}.govcloud_id}}" for slug in pairs
            }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value)

    def _unit_id(self, slug: str | None) -> str:
        if slug is None:
            return _ROOT_ID
        return self._elsewhere.get(f"ou:{slug}") or f"${{aws_organizations_organizational_unit.unit-{slug}.id}}"

    def _account_id(self, slug: str) -> str:
        return self._elsewhere.get(f"account:{slug}") or f"${{aws_organizations_account.account-{slug}.id}}"


def _quoted(text: str) -> str:
    """A text in an expression of Terraform's; what it would evaluate is escaped already."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
