"""Conformance packs of AWS Config in all accounts of the organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.config_organization_conformance_pack import (
    ConfigOrganizationConformancePack,
    ConfigOrganizationConformancePackInputParameter,
)
from constructs import Construct

from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_length, require_match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_NAME: Final = r"[A-Za-z][A-Za-z0-9-]{0,127}"
_MOST: Final = 51200


@typed
@dataclass(frozen=True)
class ConformancePack:
    """Rules and remediations that belong together.

    Args:
        template: The template as AWS takes it, in YAML; at most 51,200 characters. Terraform evaluates nothing in it.
        parameters: Values for the template's parameters.
        excluded_account_ids: Accounts that do not have it. Default: none.
    """

    template: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    excluded_account_ids: Sequence[str] = ()


@typed
class OrganizationConformancePacksConstruct(Construct):
    """Conformance packs in every account, those to come included, in one region. For Config's delegated administrator.

    AWS refuses a pack as long as an account that is not excluded has no recorder in the region.

    Children: one per pack, named as the pack is.

    Args:
        scope: Where the packs are kept.
        id_: The construct's id.
        packs: Pack by name: a letter, then letters, digits and hyphens, 128 characters at most.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name or an account's id is malformed, or a template is longer than AWS takes it.

    Example:
        >>> OrganizationConformancePacksConstruct(
        ...     stack, "Packs", packs={"Encryption": ConformancePack(Path("encryption.yaml").read_text())}
        ... )

    Source: https://docs.aws.amazon.com/config/latest/developerguide/conformance-packs.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        packs: Mapping[str, ConformancePack],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for name, pack in sorted(packs.items()):
            require_length(f"packs[{name!r}].template", pack.template, 1, _MOST)
            ConfigOrganizationConformancePack(
                self,
                require_match("packs", name, _NAME, expected="a letter, then letters, digits and hyphens"),
                name=name,
                template_body=as_text(pack.template),
                input_parameter=[
                    ConfigOrganizationConformancePackInputParameter(parameter_name=key, parameter_value=value)
                    for key, value in sorted(pack.parameters.items())
                ]
                or None,
                excluded_accounts=sorted(
                    require_account_id("excluded_account_ids", id_) for id_ in pack.excluded_account_ids
                )
                or None,
                provider=provider,
            )
