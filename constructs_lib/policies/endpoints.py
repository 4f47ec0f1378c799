"""Policies of VPC endpoints."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.policies.document import PolicyDocument, allow, deny

_KEY = "aws:PrincipalOrgID"


def only_of_organization(document: PolicyDocument | None, organization_id: str) -> PolicyDocument:
    """A policy by which principals of one organization can do what another policy allows, and nobody else anything.

    Args:
        document: The other policy. Default, if None: everything.
        organization_id: The organization's id, ``o-…``.

    Example:
        >>> only_of_organization(None, "o-a1b2c3d4e5").statements[0].conditions["StringEquals"]
        mappingproxy({'aws:PrincipalOrgID': ('o-a1b2c3d4e5',)})

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    if document is None:
        condition = {"StringEquals": {_KEY: organization_id}}
        return PolicyDocument.of(allow("*", "*", principals="*", conditions=condition))
    others = deny("*", "*", principals="*", conditions={"StringNotEquals": {_KEY: organization_id}})
    return replace(document, statements=(*document.statements, others))
