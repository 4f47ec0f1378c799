"""Security services over the whole organization: what organization.yaml says of them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.config_rules import ConfigRule, RuleName
from config.capabilities.security.automation_rules import AutomationRules, Control, Severity
from config.model.base import Matches, Model, Switchable, enabled, refuse
from config.model.types import DocumentPath, Email, Region, Selector, Slug, TextPath
from constructs_lib.policies.quotas import quota

Reason = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "the reason, on one line", longest=256)]
Standard = Literal[
    "aws-foundational",
    "aws-tagging",
    "cis-1.4.0",
    "cis-3.0.0",
    "nist-800-53",
    "nist-800-171",
    "pci-dss-3.2.1",
    "pci-dss-4.0.1",
]
Feature = Literal[
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
]


PackName = Annotated[
    str, Matches(r"[A-Za-z][A-Za-z0-9-]{0,127}", "a conformance pack's name such as 'Operational-Best-Practices'")
]


class ConformancePack(Model):
    """Rules and remediations that belong together, from a file as AWS publishes them; its key is its name."""

    template: Annotated[
        str, Matches(r"(?!/)(?!.*\.\.).*\.ya?ml", "a path below policies/ such as 'documents/encryption.yaml'")
    ] = Field(description="A file below policies/ with the template, in YAML.")
    parameters: dict[str, str] = Field(default_factory=dict, description="Values for its parameters.")
    excluded: tuple[Selector, ...] = Field(default=(), description="Accounts that do not have it.")


class OrganizationConfig(Switchable):
    """AWS Config of all accounts seen in one place, and rules for all accounts that have a recorder."""

    rules: dict[RuleName, ConfigRule] = Field(
        default_factory=dict, description="Rules in every account and governed region."
    )
    conformance_packs: dict[PackName, ConformancePack] = Field(
        default_factory=dict,
        description="Conformance packs in every account that has a recorder, in every governed region.",
    )


class FindingExport(Switchable):
    """GuardDuty's findings of all accounts and governed regions are written into a bucket of the log archive, too."""


class GuardDuty(Switchable):
    """Threat detection in every account and governed region."""

    features: tuple[Feature, ...] = Field(
        default=("S3_DATA_EVENTS",), description="Protection plans beyond the basic one; AWS charges each by use."
    )
    export: FindingExport | None = Field(
        default=None,
        description="Findings in the log archive, as long as `logging` retains logs; GuardDuty itself keeps them for 90 days. Not if not said.",
    )
    trusted_ip_list: TextPath | None = Field(
        default=None,
        description="A file below policies/ with IPv4 addresses and ranges of the internet, one a line, at most 2,000: of what comes from there, or goes "
        "there, GuardDuty says nothing but what DNS tells. It is said of all accounts, in every governed region.",
    )
    threat_ip_lists: dict[Slug, TextPath] = Field(
        default_factory=dict,
        max_length=6,
        description="As many files as six, each by the name that its findings show: GuardDuty takes whoever is there for a threat. At most 250,000 "
        "entries in each.",
    )


class HubPolicy(Model):
    """What Security Hub checks in a part of the organization; its key is its name."""

    targets: tuple[Selector, ...] = Field(
        min_length=1, description="Where; the nearest policy above an account counts."
    )
    enabled: bool = Field(default=True, description="Whether Security Hub is on there.")
    standards: tuple[Standard, ...] = Field(default=(), description="The standards that are checked.")
    disabled_controls: dict[Control, Reason] = Field(
        default_factory=dict, description="Controls that are not checked, each with the reason."
    )

    @model_validator(mode="after")
    def _off_is_off(self) -> Self:
        if not self.enabled and (self.standards or self.disabled_controls):
            raise refuse("no `standards` and no `disabled_controls` where Security Hub is off", "Remove them.")
        return self

    @model_validator(mode="after")
    def _reasons_fit(self) -> Self:
        # They are the policy's description, as `constructs_lib.security.security_hub_policy` writes it.
        size = len("; ".join(f"{control} off: {reason}" for control, reason in self.disabled_controls.items()))
        most = quota("security-hub-policy.description").limit
        if size > most:
            raise refuse(
                f"reasons of at most {most} characters in all, with the names of the controls, not {size}",
                "Shorten them: AWS keeps them in the policy's description.",
            )
        return self


class SecurityHub(Switchable):
    """Findings of all accounts and governed regions in one place."""

    policies: dict[Slug, HubPolicy] = Field(
        default_factory=lambda: {"organization": HubPolicy(targets=("root",), standards=("aws-foundational",))},
        description="What is checked where.",
    )
    alerts: dict[Severity, tuple[Email, ...]] = Field(
        default_factory=dict,
        description="Who is told of findings that nobody has taken up (their workflow is NEW), by how severe they are, and again as often as "
        "Security Hub brings one up to date. Each has a topic, and each address confirms once that mails are wanted.",
    )
    automation_rules: AutomationRules = Field(
        default_factory=dict,
        max_length=100,
        description="What becomes of findings as they come in. The guard stops a plan with a new one until it is approved.",
    )

    @model_validator(mode="after")
    def _one_order(self) -> Self:
        orders: dict[int, str] = {}
        for name, rule in sorted(self.automation_rules.items()):
            if rule.order in orders:
                raise refuse(
                    f"one automation rule of each `order`, but {orders[rule.order]!r} and {name!r} have {rule.order}"
                )
            orders[rule.order] = name
        return self


class UnusedAccess(Switchable):
    """Roles, keys and permissions that nobody uses; AWS charges for each role and user."""

    after_days: int = Field(default=90, ge=1, le=365, description="Access counts as unused after so many days.")
    excluded: tuple[Selector, ...] = Field(default=(), description="Accounts in which it is not looked for.")


class AccessAnalyzer(Switchable):
    """Who from outside the organization can come in, in every governed region."""

    unused_access: UnusedAccess | None = Field(default=None, description="Look for unused access too.")


class RootAccess(Switchable):
    """Member accounts need no root credentials: the management account removes them."""

    root_sessions: bool = Field(default=True, description="Whether it can take on a member's root for a single task.")


class Inspector(Switchable):
    """Known vulnerabilities in instances, images and functions."""

    scans: tuple[Literal["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"], ...] = Field(
        default=("EC2", "ECR", "LAMBDA"), min_length=1, description="What is scanned."
    )

    @model_validator(mode="after")
    def _code_with_packages(self) -> Self:
        if "LAMBDA_CODE" in self.scans and "LAMBDA" not in self.scans:
            raise refuse("LAMBDA beside LAMBDA_CODE", "Add LAMBDA to `scans`.")
        return self


class Macie(Switchable):
    """Sensitive data in buckets."""


class Detective(Switchable):
    """The story behind findings; it wants GuardDuty to have run for two days."""


class AuditManager(Switchable):
    """Evidence for audits, of all accounts, gathered in the security account: Audit Manager is on there, with a key of its own in each region."""

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")


ResourceType = Annotated[
    str, Matches(r"AWS(?:::[A-Za-z0-9]{1,64}){2}", "a type of CloudFormation such as 'AWS::EC2::Instance'")
]


class FirewallPolicy(Model):
    """What Firewall Manager keeps in accounts, or looks for there; its key is its name."""

    data: DocumentPath = Field(
        description="A file below policies/ with AWS's `ManagedServiceData`, in JSON; `type` in it says what kind of policy it is."
    )
    resource_types: tuple[ResourceType, ...] = Field(min_length=1, description="What it is about.")
    targets: tuple[Selector, ...] = Field(
        min_length=1, description="Where: `root`, or OUs with all that is below them, and accounts."
    )
    regions: tuple[Region, ...] = Field(
        default=(),
        description="In which governed regions; in all if not said. What CloudFront has is in us-east-1 alone.",
    )
    remediate: bool = Field(
        default=False,
        description="Whether Firewall Manager mends what breaks the policy, and does not tell of it only.",
    )


class FirewallManager(Switchable):
    """Firewall Manager, administered by the security account."""

    policies: dict[Slug, FirewallPolicy] = Field(default_factory=dict, description="What it keeps where.")


class LakeSource(Model):
    """A log of AWS that Security Lake takes in; its key is AWS's name of it."""

    version: Annotated[
        str, Matches(r"[0-9]\.[0-9]", "AWS's version of a source such as '2.0'", "Put it in quotes.")
    ] = Field(default="2.0", description="AWS's version of the source.")
    targets: tuple[Selector, ...] = Field(
        default=(),
        description="Whose: `root`, or OUs with all that is below them, and accounts; of all accounts of the lake if not said.",
    )


LakeStorageClass = Literal["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
LakeDays = Annotated[int, Field(ge=1, le=36_500)]


class SecurityLake(Switchable):
    """Security Lake: logs and findings of all accounts in one form, in buckets of the account that keeps the logs."""

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    sources: dict[
        Literal[
            "CLOUD_TRAIL_MGMT",
            "EKS_AUDIT",
            "LAMBDA_EXECUTION",
            "ROUTE53",
            "S3_DATA",
            "SH_FINDINGS",
            "VPC_FLOW",
            "WAF",
        ],
        LakeSource,
    ] = Field(default_factory=dict, description="What it takes in.")
    retention_days: LakeDays | None = Field(
        default=None, description="After how many days what it took in is deleted; never if not said."
    )
    transitions: dict[LakeStorageClass, LakeDays] = Field(
        default_factory=dict, description="Into which storage class objects move, and after how many days."
    )
    encryption: Literal["KMS", "S3_MANAGED_KEY"] = Field(
        default="KMS", description="With a KMS key of its own in each region, or with S3's key."
    )


class Security(Switchable):
    """Security services for all accounts, those to come included. A service is off where nothing is said about it."""

    config: OrganizationConfig | None = None
    guardduty: GuardDuty | None = None
    security_hub: SecurityHub | None = None
    access_analyzer: AccessAnalyzer | None = None
    central_root_access: RootAccess | None = None
    inspector: Inspector | None = None
    macie: Macie | None = None
    detective: Detective | None = None
    audit_manager: AuditManager | None = None
    firewall_manager: FirewallManager | None = None
    security_lake: SecurityLake | None = None

    def on(self, name: str) -> bool:
        """Whether a service, by its key, is switched on."""
        service: Switchable | None = getattr(self, name)
        return self.enabled and enabled(service) is not None
