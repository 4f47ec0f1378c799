"""IAM Access Analyzer over the organization or one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.accessanalyzer_analyzer import (
    AccessanalyzerAnalyzer,
    AccessanalyzerAnalyzerConfiguration,
    AccessanalyzerAnalyzerConfigurationUnusedAccess,
    AccessanalyzerAnalyzerConfigurationUnusedAccessAnalysisRule,
    AccessanalyzerAnalyzerConfigurationUnusedAccessAnalysisRuleExclusion,
)
from cdktf_cdktf_provider_aws.accessanalyzer_archive_rule import (
    AccessanalyzerArchiveRule,
    AccessanalyzerArchiveRuleFilter,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_TYPES = {
    ("external", True): "ORGANIZATION",
    ("external", False): "ACCOUNT",
    ("unused", True): "ORGANIZATION_UNUSED_ACCESS",
    ("unused", False): "ACCOUNT_UNUSED_ACCESS",
}


@typed
@dataclass(frozen=True)
class ArchiveRule:
    """Findings that are expected and filed away at once.

    Args:
        equals: What the findings have in common: criterion (``resource``, ``principal.AWS``, …) to the values it may have.
    """

    equals: Mapping[str, Sequence[str]]


@typed
class AccessAnalyzerConstruct(Construct):
    """An analyzer: who from outside can come in, or which access nobody uses.

    External access is analyzed region by region; unused access is global and charged by role and user, so one region is
    enough for it.

    Children: ``Resource`` (the analyzer), ``archive-<slug>`` per archive rule.

    Args:
        scope: Where the analyzer lives.
        id_: The construct's id.
        name: The analyzer's name.
        kind: ``external`` or ``unused``.
        organization: Whether all accounts of the organization are analyzed (for its delegated administrator) or this one
            alone. Default: all.
        unused_after_days: Access counts as unused after so many days, 1 to 365. Only for ``unused``. Default: 90.
        excluded_account_ids: Accounts whose unused access is not looked for. Only for ``unused``. Default: none.
        archive_rules: Rule by slug. Default: none.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the kind is unknown, a number out of range, or accounts are excluded from ``external``.

    Example:
        >>> AccessAnalyzerConstruct(stack, "ExternalAccess", name="organization-external", kind="external")

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        kind: Literal["external", "unused"],
        organization: bool = True,
        unused_after_days: int = 90,
        excluded_account_ids: Sequence[str] = (),
        archive_rules: Mapping[str, ArchiveRule] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_one_of("kind", kind, ("external", "unused"))
        require_between("unused_after_days", unused_after_days, 1, 365, unit="days")
        excluded = sorted(require_account_id("excluded_account_ids", account) for account in excluded_account_ids)
        if excluded and kind == "external":
            raise InvalidValueError(
                "excluded_account_ids",
                excluded,
                expected="none for external access",
                cure="Write an archive rule instead.",
            )
        self._analyzer = AccessanalyzerAnalyzer(
            self,
            "Resource",
            analyzer_name=name,
            type=_TYPES[kind, organization],
            configuration=_unused(unused_after_days, excluded) if kind == "unused" else None,
            provider=provider,
        )
        for slug, rule in sorted((archive_rules or {}).items()):
            AccessanalyzerArchiveRule(
                self,
                f"archive-{require_slug('archive_rules', slug)}",
                analyzer_name=self._analyzer.analyzer_name,
                rule_name=slug,
                filter=[
                    AccessanalyzerArchiveRuleFilter(criteria=criterion, eq=sorted(values))
                    for criterion, values in sorted(rule.equals.items())
                ],
                provider=provider,
            )

    @property
    def analyzer_arn(self) -> str:
        """The analyzer's ARN."""
        return self._analyzer.arn


def _unused(days: int, excluded: list[str]) -> AccessanalyzerAnalyzerConfiguration:
    exclusion = AccessanalyzerAnalyzerConfigurationUnusedAccessAnalysisRuleExclusion(account_ids=excluded)
    return AccessanalyzerAnalyzerConfiguration(
        unused_access=AccessanalyzerAnalyzerConfigurationUnusedAccess(
            unused_access_age=days,
            analysis_rule=AccessanalyzerAnalyzerConfigurationUnusedAccessAnalysisRule(exclusion=[exclusion])
            if excluded
            else None,
        )
    )
