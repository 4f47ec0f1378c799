"""Detective over all accounts of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.detective_graph import DetectiveGraph
from cdktf_cdktf_provider_aws.detective_member import DetectiveMember
from cdktf_cdktf_provider_aws.detective_organization_configuration import DetectiveOrganizationConfiguration
from constructs import Construct

from constructs_lib.security.member import Member, require_members
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

__all__ = ["DetectiveOrganizationConstruct", "Member"]


@typed
class DetectiveOrganizationConstruct(Construct):
    """Detective's behavior graph of one region, for findings that need a story. For Detective's delegated administrator.

    Detective wants GuardDuty to have run for 48 hours. New accounts are enrolled by themselves, those that exist are
    listed.

    Children: ``Resource`` (the graph), ``Configuration``, ``member-<slug>`` per account.

    Args:
        scope: Where the graph lives.
        id_: The construct's id.
        members: Slug to the accounts that exist already, the administrator's own left out. Default: none.
        provider: The administrator's account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If a slug or an account id is malformed.

    Example:
        >>> DetectiveOrganizationConstruct(stack, "Detective")

    Source: https://docs.aws.amazon.com/detective/latest/userguide/accounts-orgs-transition.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        members: Mapping[str, Member] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        # CreateGraph gives the graph that registering the administrator made, if there is one.
        self._graph = DetectiveGraph(self, "Resource", provider=provider)
        configuration = DetectiveOrganizationConfiguration(
            self, "Configuration", auto_enable=True, graph_arn=self._graph.graph_arn, provider=provider
        )
        for slug, member in require_members(members or {}):
            DetectiveMember(
                self,
                f"member-{slug}",
                account_id=member.account_id,
                email_address=member.email,
                graph_arn=self._graph.graph_arn,
                disable_email_notification=True,
                depends_on=[configuration],
                provider=provider,
            )

    @property
    def graph_arn(self) -> str:
        """The graph's ARN."""
        return self._graph.graph_arn
