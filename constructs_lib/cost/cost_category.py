"""Names for parts of the costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.ce_cost_category import (
    CeCostCategory,
    CeCostCategoryRule,
    CeCostCategoryRuleRule,
    CeCostCategoryRuleRuleDimension,
    CeCostCategoryRuleRuleTags,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_LONGEST: Final = 50


@typed
@dataclass(frozen=True)
class CostCategoryValue:
    """What belongs to a value of a category: the costs of some accounts, or those that carry a tag.

    Args:
        account_ids: The accounts.
        tag_key: The tag's key; it must be a cost-allocation tag.
        tag_values: The values of the tag.
    """

    account_ids: Sequence[str] = ()
    tag_key: str | None = None
    tag_values: Sequence[str] = ()


@typed
class CostCategoryConstruct(Construct):
    """A category by which costs are told apart in Cost Explorer, budgets and reports. For the management account.

    Children: ``Resource``.

    Args:
        scope: Where the category is kept.
        id_: The construct's id.
        name: The category's name, at most 50 characters.
        values: What belongs to each value, by the value's name; the first that fits counts, in their order.
        default_value: The value of all other costs. Default: none.
        provider: The account. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name is too long, there is no value, or one has neither accounts nor a tag.

    Example:
        >>> CostCategoryConstruct(
        ...     stack, "Teams", name="Team", values={"Shop": CostCategoryValue(("444444444444",))}, default_value="Other"
        ... )

    Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/manage-cost-categories.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        values: Mapping[str, CostCategoryValue],
        default_value: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_length("name", name, 1, _LONGEST)
        if not values:
            raise InvalidValueError("values", dict(values), expected="at least one value")
        if default_value is not None:
            require_length("default_value", default_value, 1, _LONGEST)
        CeCostCategory(
            self,
            "Resource",
            name=name,
            rule_version="CostCategoryExpression.v1",
            rule=[
                CeCostCategoryRule(value=require_length("values", value, 1, _LONGEST), rule=_rule(value, found))
                for value, found in values.items()
            ],
            default_value=default_value,
            provider=provider,
        )


def _rule(value: str, found: CostCategoryValue) -> CeCostCategoryRuleRule:
    if bool(found.account_ids) is bool(found.tag_key and found.tag_values):
        raise InvalidValueError(f"values[{value!r}]", value, expected="either `account_ids` or a tag with values")
    if found.account_ids:
        accounts = sorted(require_account_id("account_ids", account) for account in found.account_ids)
        return CeCostCategoryRuleRule(
            dimension=CeCostCategoryRuleRuleDimension(key="LINKED_ACCOUNT", values=accounts, match_options=["EQUALS"])
        )
    return CeCostCategoryRuleRule(
        tags=CeCostCategoryRuleRuleTags(key=found.tag_key, values=sorted(found.tag_values), match_options=["EQUALS"])
    )
