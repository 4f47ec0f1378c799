"""Guardrails about single services: which are used, and how what they make is encrypted, connected and chosen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.names import action_details, actions, did_you_mean, services

_GROUP = "Services"
_NO_TAGS: Final[Mapping[str, Strings]] = MappingProxyType({})
_ALWAYS = ("iam", "organizations", "support", "sts", "health", "account", "tag")


@guardrail(PolicyKind.SCP, group=_GROUP, example={"allowed_services": ["ec2", "s3"]}, exempted=DEPLOYERS)
def allow_services(*, allowed_services: Strings, always_allowed_services: Strings = _ALWAYS) -> PolicyDocument:
    """Deny every service that is not in a list; what AWS adds stays closed until somebody adds it.

    Args:
        allowed_services: Prefixes of the services that may be used, such as ec2.
        always_allowed_services: Prefixes of services that nobody can do without.

    Breaks:
        Everything else, what allowed services need behind the scenes (autoscaling, logs, kms) included, unless listed.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_strategies.html
    """
    allowed = {*values.some("allowed_services", allowed_services), *values.many(always_allowed_services)}
    for service in sorted(allowed - services()):
        cure = did_you_mean(service, services(), "See the Service Authorization Reference.")
        raise InvalidValueError("allowed_services", service, expected="the prefix of a service of AWS", cure=cure)
    return PolicyDocument.of(
        deny(not_actions=[f"{service}:*" for service in allowed], resources="*", sid="AllowServices")
    )


@guardrail(PolicyKind.SCP, group=_GROUP, example={"denied_services": ["appmesh", "codestar-connections"]})
def deny_services(*, denied_services: Strings, changes_only: bool = False) -> PolicyDocument:
    """Deny services that nobody shall use: retired ones, those that are bought elsewhere, those without a way to guard them.

    Args:
        denied_services: Prefixes of the services, such as appmesh.
        changes_only: Whether what only reads stays possible.

    Breaks:
        These services, also where AWS's other services call them with the caller's rights.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_strategies.html
    """
    denied = values.some("denied_services", denied_services)
    for service in sorted(set(denied) - services()):
        cure = did_you_mean(service, services(), "See the Service Authorization Reference.")
        raise InvalidValueError("denied_services", service, expected="the prefix of a service of AWS", cure=cure)
    named = [f"{service}:{action}" for service in denied for action in (_changing(service) if changes_only else ("*",))]
    return PolicyDocument.of(deny(named, "*", sid="DenyServices"))


def _changing(service: str) -> list[str]:
    known = actions(service).values()
    return sorted(each for each in known if action_details(service, each)["accessLevel"] not in ("Read", "List"))


@guardrail(
    PolicyKind.SCP,
    group=_GROUP,
    example={"allowed_types": ["t3.*", "t4g.*", "m7g.*"], "allowed_image_owners": ["amazon"]},
)
def restrict_instances(
    *,
    allowed_types: Strings = (),
    denied_types: Strings = (),
    allowed_image_owners: Strings = (),
    image_tags: Mapping[str, Strings] = _NO_TAGS,
    deny_public_images: bool = False,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny launching instances of other types, and from images of others.

    Args:
        allowed_types: Instance types, also as patterns such as t3.*; all unless told otherwise.
        denied_types: Instance types that may not be launched, such as *.metal*.
        allowed_image_owners: Accounts whose images may be used, or amazon and aws-marketplace; all unless told otherwise.
        image_tags: Tag key to values: images need each of the tags, with one of its values. Only tags that the account
            itself has given count, so images of others need `allowed_image_owners` alone.
        deny_public_images: Whether images that are public are denied.
        partition: The partition of the organization.

    Breaks:
        Launches by auto scaling groups with other types or images.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_ec2.html
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html
    """
    instance, image = f"arn:{partition}:ec2:*:*:instance/*", f"arn:{partition}:ec2:*::image/*"
    found: list[Statement] = []
    for given, operator, sid in (
        (allowed_types, "StringNotLike", "AllowInstanceTypes"),
        (denied_types, "StringLike", "DenyInstanceTypes"),
    ):
        if values.many(given):
            conditions = {operator: {"ec2:InstanceType": values.many(given)}}
            found.append(
                deny(("ec2:ModifyInstanceAttribute", "ec2:RunInstances"), instance, conditions=conditions, sid=sid)
            )
    if values.many(allowed_image_owners):
        owners = {"StringNotEquals": {"ec2:Owner": values.many(allowed_image_owners)}}
        found.append(deny("ec2:RunInstances", image, conditions=owners, sid="AllowImageOwners"))
    for number, (key, wanted) in enumerate(sorted(image_tags.items()), start=1):
        tagged = {"StringNotEquals": {f"ec2:ResourceTag/{key}": values.some(f"image_tags.{key}", wanted)}}
        found.append(deny("ec2:RunInstances", image, conditions=tagged, sid=f"RequireImageTag{number}"))
    if deny_public_images:
        public = {"Bool": {"ec2:Public": "true"}}
        found.append(deny("ec2:RunInstances", image, conditions=public, sid="DenyPublicImages"))
    if not found:
        raise InvalidValueError("allowed_types", [], expected="at least one of the parameters")
    return PolicyDocument(tuple(found))


@guardrail(
    PolicyKind.SCP,
    group=_GROUP,
    example={"denied_volume_types": ["io1", "io2"], "max_volume_gib": 500, "allowed_database_classes": ["db.t4g.*"]},
)
def restrict_sizes(
    *,
    denied_volume_types: Strings = (),
    max_volume_gib: int | None = None,
    allowed_database_classes: Strings = (),
    allowed_cache_nodes: Strings = (),
    max_group_size: int | None = None,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny volumes, databases, caches and groups of machines that are larger than needed, as sandboxes want it.

    Args:
        denied_volume_types: Types of EBS volumes that may not be made, such as io2.
        max_volume_gib: The largest EBS volume; any size unless told otherwise.
        allowed_database_classes: Classes of RDS instances, also as patterns such as db.t4g.*; all unless told otherwise.
        allowed_cache_nodes: Types of ElastiCache nodes, also as patterns; all unless told otherwise.
        max_group_size: The most machines of an auto scaling group; any number unless told otherwise.
        partition: The partition of the organization.

    Breaks:
        Restoring snapshots of larger volumes and databases.

    Source:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
    """
    volume = f"arn:{partition}:ec2:*:*:volume/*"
    limits: tuple[tuple[str, tuple[str, ...], str, str, str, tuple[str, ...]], ...] = (
        # name, actions, resource, operator, key, values
        ("VolumeTypes", _VOLUMES, volume, "StringEquals", "ec2:VolumeType", values.many(denied_volume_types)),
        (
            "VolumeSize",
            _VOLUMES,
            volume,
            "NumericGreaterThan",
            "ec2:VolumeSize",
            _number("max_volume_gib", max_volume_gib),
        ),
        (
            "DatabaseClasses",
            _DATABASES,
            "*",
            "StringNotLike",
            "rds:DatabaseClass",
            values.many(allowed_database_classes),
        ),
        (
            "CacheNodes",
            _CACHES,
            "*",
            "StringNotLike",
            "elasticache:CacheNodeType",
            values.many(allowed_cache_nodes),
        ),
        (
            "GroupSize",
            _GROUPS,
            "*",
            "NumericGreaterThan",
            "autoscaling:MaxSize",
            _number("max_group_size", max_group_size),
        ),
    )
    found = []
    for name, named, resource, operator, key, given in limits:
        if given:
            # Calls that say nothing of it change nothing of it, or make what AWS makes by default.
            conditions: dict[str, dict[str, Strings]] = {operator: {key: given}}
            if operator == "StringNotLike":
                conditions["Null"] = {key: "false"}
            found.append(deny(named, resource, conditions=conditions, sid=f"Restrict{name}"))
    if not found:
        raise InvalidValueError("max_volume_gib", None, expected="at least one of the parameters")
    return PolicyDocument(tuple(found))


_VOLUMES = ("ec2:CreateVolume", "ec2:RunInstances")
_DATABASES = ("rds:CreateDBCluster", "rds:CreateDBInstance", "rds:ModifyDBCluster", "rds:ModifyDBInstance")
_CACHES = (
    "elasticache:CreateCacheCluster",
    "elasticache:CreateReplicationGroup",
    "elasticache:ModifyCacheCluster",
    "elasticache:ModifyReplicationGroup",
)
_GROUPS = ("autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup")


def _number(name: str, given: int | None) -> tuple[str, ...]:
    if given is not None and given < 1:
        raise InvalidValueError(name, given, expected="a number from 1")
    return () if given is None else (str(given),)


SAGEMAKER_JOBS = (
    "sagemaker:CreateAutoMLJob",
    "sagemaker:CreateDataQualityJobDefinition",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateModelBiasJobDefinition",
    "sagemaker:CreateModelExplainabilityJobDefinition",
    "sagemaker:CreateModelQualityJobDefinition",
    "sagemaker:CreateMonitoringSchedule",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
)
_COMPREHEND = (
    "comprehend:CreateDocumentClassifier",
    "comprehend:CreateEntityRecognizer",
    "comprehend:StartDocumentClassificationJob",
    "comprehend:StartDominantLanguageDetectionJob",
    "comprehend:StartEntitiesDetectionJob",
    "comprehend:StartKeyPhrasesDetectionJob",
    "comprehend:StartSentimentDetectionJob",
    "comprehend:StartTopicsDetectionJob",
)
_IN_VPC: dict[str, tuple[tuple[str, ...], str]] = {
    # service → actions, the key that is absent outside of a VPC
    "apprunner": (("apprunner:CreateService", "apprunner:UpdateService"), "apprunner:VpcConnectorArn"),
    "cloudshell": (("cloudshell:CreateEnvironment",), "cloudshell:VpcIds"),
    "comprehend": (_COMPREHEND, "comprehend:VpcSubnets"),
    "codebuild": (("codebuild:CreateFleet", "codebuild:CreateProject", "codebuild:UpdateFleet", "codebuild:UpdateProject"), "codebuild:vpcConfig.vpcId"),
    "glue": (("glue:CreateJob", "glue:UpdateJob"), "glue:VpcIds"),
    "lambda": (("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"), "lambda:VpcIds"),
    "sagemaker": (
        (
            *SAGEMAKER_JOBS,
            "sagemaker:CreateAutoMLJobV2",
            "sagemaker:CreateCluster",
            "sagemaker:CreateDomain",
            "sagemaker:CreateModel",
            "sagemaker:CreateNotebookInstance",
            "sagemaker:UpdateMonitoringSchedule",
        ),
        "sagemaker:VpcSubnets",
    ),
}  # fmt: skip


_USUALLY_IN_VPC = tuple(service for service in _IN_VPC if service != "comprehend")


@guardrail(PolicyKind.SCP, group=_GROUP)
def require_vpc(*, services: Strings = _USUALLY_IN_VPC) -> PolicyDocument:
    """Deny what runs outside of a VPC: functions, jobs, builds, shells and containers with AWS's own way to the internet.

    Args:
        services: Out of apprunner, cloudshell, codebuild, comprehend, glue, lambda, s3 (access points) and sagemaker.

    Breaks:
        Functions and jobs that need no network of yours; in a VPC they need endpoints or NAT.

    Source:
        https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    found = []
    for service in values.some("services", services):
        if service == "s3":
            open_point = {"StringNotEqualsIfExists": {"s3:AccessPointNetworkOrigin": "VPC"}}
            points = ("s3:CreateAccessPoint", "s3:PutAccessPointPolicy")
            found.append(deny(points, "*", conditions=open_point, sid="RequireVpcForAccessPoints"))
            continue
        if service not in _IN_VPC:
            cure = did_you_mean(service, [*_IN_VPC, "s3"], f"Choose from {', '.join(_IN_VPC)} and s3.")
            raise InvalidValueError(
                "services", service, expected="a service that tells in which VPC it runs", cure=cure
            )
        actions, key = _IN_VPC[service]
        found.append(deny(actions, "*", conditions={"Null": {key: "true"}}, sid=f"RequireVpcFor{service.title()}"))
    return PolicyDocument(tuple(found))


_ENCRYPTED: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    # service → actions, what they say when they do not encrypt
    "ebs": (("ec2:CreateVolume", "ec2:RunInstances"), {"Bool": {"ec2:Encrypted": "false"}}),
    "efs": (("elasticfilesystem:CreateFileSystem",), {"BoolIfExists": {"elasticfilesystem:Encrypted": "false"}}),
    "elasticache": (
        ("elasticache:CreateReplicationGroup",),
        {"Bool": {"elasticache:AtRestEncryptionEnabled": "false"}},
    ),
    "rds": (
        (
            "rds:CreateDBCluster",
            "rds:CreateDBInstance",
            "rds:RestoreDBClusterFromS3",
            "rds:RestoreDBClusterFromSnapshot",
            "rds:RestoreDBClusterToPointInTime",
            "rds:RestoreDBInstanceFromS3",
        ),
        {"Bool": {"rds:StorageEncrypted": "false"}},
    ),
}


_COMPREHEND_KEYS: dict[str, tuple[str, ...]] = {
    "comprehend:ModelKmsKey": ("comprehend:CreateDocumentClassifier", "comprehend:CreateEntityRecognizer"),
    "comprehend:OutputKmsKey": (
        "comprehend:CreateDocumentClassifier",
        "comprehend:StartDocumentClassificationJob",
        "comprehend:StartDominantLanguageDetectionJob",
        "comprehend:StartEntitiesDetectionJob",
        "comprehend:StartEventsDetectionJob",
        "comprehend:StartKeyPhrasesDetectionJob",
        "comprehend:StartPiiEntitiesDetectionJob",
        "comprehend:StartSentimentDetectionJob",
        "comprehend:StartTopicsDetectionJob",
    ),
    "comprehend:VolumeKmsKey": _COMPREHEND,
}


@guardrail(PolicyKind.SCP, group=_GROUP)
def require_encryption(*, services: Strings = tuple(_ENCRYPTED), partition: str = "aws") -> PolicyDocument:
    """Deny making volumes, file systems, caches and databases that are not encrypted.

    Args:
        services: Out of ebs, efs, elasticache, rds and comprehend (whose jobs then name KMS keys of the account).
        partition: The partition of the organization.

    Breaks:
        Restoring unencrypted snapshots as they are: copy them encrypted first.

    Source:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
        https://docs.aws.amazon.com/efs/latest/ug/using-iam-to-enforce-encryption-at-rest.html
    """
    found = []
    for service in values.some("services", services):
        if service == "comprehend":
            found += [
                deny(actions, "*", conditions={"Null": {key: "true"}}, sid=f"Require{key.partition(':')[2]}")
                for key, actions in _COMPREHEND_KEYS.items()
            ]
            continue
        if service not in _ENCRYPTED:
            cure = did_you_mean(
                service, [*_ENCRYPTED, "comprehend"], f"Choose from {', '.join(_ENCRYPTED)} and comprehend."
            )
            raise InvalidValueError("services", service, expected="a service that tells whether it encrypts", cure=cure)
        actions, conditions = _ENCRYPTED[service]
        resources = f"arn:{partition}:ec2:*:*:volume/*" if service == "ebs" else "*"
        found.append(deny(actions, resources, conditions=conditions, sid=f"RequireEncryptionOf{service.title()}"))
    return PolicyDocument(tuple(found))
