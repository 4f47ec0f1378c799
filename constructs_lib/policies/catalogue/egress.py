"""Guardrails about data that leaves through a service: shares, resource policies, links, messages."""

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Sharing"


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def deny_sharing_by_services(*, deny_accepting: bool = True, exempted_actions: Strings = ()) -> PolicyDocument:
    """Deny sharing by services' own calls, which no resource policy shows: snapshots, images, data shares, links, memberships.

    Args:
        deny_accepting: Whether accepting what others share is denied as well.
        exempted_actions: Actions that stay allowed.

    Breaks:
        Sharing between own accounts by these calls; use RAM within the organization.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
        https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/perimeter-objectives.html
    """
    kept = values.actions("exempted_actions", exempted_actions)
    data = load("denied_actions")
    actions = [
        action for action in (*data["sharing"], *(data["accepting"] if deny_accepting else ())) if action not in kept
    ]
    return PolicyDocument.of(deny(actions, "*", sid="DenySharingByServices"))


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def deny_resource_policies(*, exempted_actions: Strings = ()) -> PolicyDocument:
    """Deny opening resources to others by policies that no resource control policy reaches: of repositories, buses, layers, vaults.

    Args:
        exempted_actions: Actions that stay allowed.

    Breaks:
        Connecting services that need a permission on a function or topic, by anybody but the exempt roles.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    kept = values.actions("exempted_actions", exempted_actions)
    actions = [action for action in load("denied_actions")["resource_policies"] if action not in kept]
    return PolicyDocument.of(deny(actions, "*", sid="DenyResourcePolicies"))


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_presigned_links(*, exempted_actions: Strings = ()) -> PolicyDocument:
    """Deny calls that answer with a link by which anybody can fetch content, from any network.

    Args:
        exempted_actions: Actions that stay allowed, such as ecr:GetDownloadUrlForLayer where images are pulled.

    Breaks:
        Pulling container images and reading functions' code, unless exempt.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    kept = values.actions("exempted_actions", exempted_actions)
    actions = [action for action in load("denied_actions")["presigned_urls"] if action not in kept]
    return PolicyDocument.of(deny(actions, "*", sid="DenyPresignedLinks"))


@guardrail(PolicyKind.SCP, group=_GROUP, example={"email_domains": ["example.com"]})
def deny_untrusted_destinations(
    *,
    email_domains: Strings,
    https_endpoints: Strings = (),
    allow_api_destinations: bool = False,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny sending data out by e-mail, by Step Functions' HTTP calls and by EventBridge's API destinations.

    Args:
        email_domains: Domains to which topics and SES may send.
        https_endpoints: URLs, also as patterns, that state machines may call; none unless told otherwise.
        allow_api_destinations: Whether rules may send to API destinations.
        partition: The partition of the organization.

    Breaks:
        Mail to customers, unless their domains are listed or the sending role is exempt.

    Source:
        https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
        https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
        https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
    """
    domains = values.some("email_domains", email_domains)
    for domain in domains:
        if "@" in domain or "." not in domain:
            raise InvalidValueError("email_domains", domain, expected="a domain such as 'example.com'")
    addresses = [f"*@{domain}" for domain in domains]
    endpoints = values.many(https_endpoints)
    found: list[Statement] = [
        deny(
            "sns:Subscribe",
            "*",
            conditions={
                "StringEquals": {"sns:Protocol": ["email", "email-json"]},
                "StringNotLike": {"sns:Endpoint": addresses},
            },
            sid="DenyUntrustedSubscriptions",
        ),
        deny(
            ("ses:SendBulkTemplatedEmail", "ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail"),
            "*",
            conditions={"ForAnyValue:StringNotLike": {"ses:Recipients": addresses}},
            sid="DenyUntrustedMail",
        ),
        deny("ses:SendCustomVerificationEmail", "*", sid="DenyVerificationMail"),
        deny(
            "states:InvokeHTTPEndpoint",
            "*",
            conditions={"StringNotLike": {"states:HTTPEndpoint": endpoints}} if endpoints else {},
            sid="DenyUntrustedHttp",
        ),
    ]
    if not allow_api_destinations:
        found.append(
            deny(
                "events:PutTargets",
                "*",
                conditions={
                    "ForAnyValue:ArnLike": {"events:TargetArn": f"arn:{partition}:events:*:*:api-destination/*"}
                },
                sid="DenyApiDestinations",
            )
        )
    return PolicyDocument(tuple(found))
