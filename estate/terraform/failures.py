"""What a failed Terraform run means: which resource, and what probably helps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from estate.terraform.stack import TerraformError

_CLOSED = r"with provider\[[\s\S]*IAM\s+Role\s+\(\S+\)\s+cannot\s+be\s+assumed"
_DENIED = r"AccessDenied|UnauthorizedOperation|not authorized"
# The first that matches; the causes that others follow from come first.
_CURES: Sequence[tuple[str, str]] = (
    (
        r"ExpiredToken|token (?:included in the request )?(?:is|has) expired|SSO session .* expired",
        "The credentials have expired. Sign in again, then run the command again: it goes on where it stopped.",
    ),
    (
        (
            r"No valid credential sources|Unable to locate credentials|NoCredentials|InvalidClientTokenId|AuthFailure"
            r"|MissingAuthenticationToken"
        ),
        "There are no valid credentials. Sign in to the management account (AWS_PROFILE, `aws sso login`), then run it again.",
    ),
    (
        r"Error acquiring the state lock",
        "Another run works on this stack: the holder is above. Wait for it. If it is dead: estate unlock {stack}",
    ),
    (
        r"AWS account ID not allowed",
        "These credentials are of another account than the stack's. Use those of the management account.",
    ),
    (
        r"Saved plan is stale",
        "Somebody changed the stack since it was planned; nothing was done. Run the command again.",
    ),
    (
        r"Throttling|Rate exceeded|TooManyRequests|RequestLimitExceeded|SlowDown",
        "AWS asked to slow down. What was made is in the state: run the command again, with --jobs 1 if it happens again.",
    ),
    (
        r"ServiceUnavailable|InternalError|InternalFailure|ServiceFailure|StatusCode: 50\d|connection re(?:fused|set)|i/o timeout",
        "AWS did not answer as it should. What was made is in the state: run the command again in a few minutes.",
    ),
    (
        "EMAIL_ALREADY_EXISTS",
        (
            "An AWS account has this address. One that an interrupted run had made is taken over by `estate deploy {stack}` with the "
            "management account's credentials. If it is another one, give the new account another `email`; one of your own is taken "
            "over by its `id`."
        ),
    ),
    (
        r"(?:MISSING|INVALID)_PAYMENT_INSTRUMENT|PAYMENT_INSTRUMENT_REQUIRED",
        "AWS makes no account before the management account has a valid means of payment. Give it one, then run the command again.",
    ),
    (
        r"[Aa]lready[ ]?(?:[Ee]xists?|[Oo]wned)|Duplicate\w+|AlreadyInOrganization",
        "It exists already, and was not made by this stack. Give it to Terraform with an import block, or choose another name.",
    ),
    (
        _CLOSED,
        (
            "The account has no such role yet, or it does not let this run in. A new account, and a plan that changes deployment "
            "rights or what is protected, takes the foundation route: with credentials of the management account, "
            "`estate deploy {stack}` takes it by itself, through the account's `entry_role`."
        ),
    ),
    (
        r"NoAvailableConfigurationRecorder",
        (
            "AWS puts organization rules into all accounts, and refuses them as long as one has no Config recorder. Deploy the "
            "other accounts first, then this stack again; `estate deploy` without names takes that order."
        ),
    ),
    (
        r"NoSuchBucketException",
        (
            "AWS Config delivers to the log archive, which is not there yet. Deploy the security account first, then this stack "
            "again; `estate deploy` without names takes that order."
        ),
    ),
    (
        (
            r"policy/\S+ does not exist|[Cc]ustomer[ -]managed polic[\s\S]*(?:not found|does not exist)"
            r"|SSO (?:Account Assignment|Permission Set)[\s\S]*unexpected state 'FAILED'"
        ),
        (
            "A permission set names a policy (`customer_policies`, `boundary`) that one of its accounts does not have. Make it "
            "there first, then run the command again."
        ),
    ),
    (
        rf"assuming role|AssumeRole|{_DENIED}",
        (
            "A permission is missing. If this run also extends the execution role (aws_iam_policy), AWS had not yet noticed: run "
            "it again. Else sign in as an administrator of the management account; for an account that was invited, name a role "
            "in it that the management account may assume: --role NAME"
        ),
    ),
    (
        r"account limit|ACCOUNT_(?:NUMBER_)?LIMIT_EXCEEDED|ConstraintViolation|LimitExceeded|QuotaExceeded",
        "A quota is used up. Ask AWS for more (Service Quotas, in the management account), then run the command again.",
    ),
)
_RESOURCE = re.compile(r"^\s*with ([\w.\[\]\"-]+),", re.MULTILINE)


@dataclass(frozen=True)
class Explanation:
    """A failure for the screen.

    Args:
        resources: The Terraform addresses that Terraform names.
        message: What Terraform says, shortened.
        cure: What probably helps; empty if that is not known.
    """

    resources: tuple[str, ...]
    message: str
    cure: str


def explain(error: TerraformError) -> Explanation:
    """Explain a failed run."""
    lines = [line.strip(" │╷╵") for line in error.output.splitlines()]
    text = "\n".join(line for line in lines if line)
    return Explanation(tuple(dict.fromkeys(_RESOURCE.findall(text))), text, cure_of(text, error.stack))


def is_closed(error: TerraformError) -> bool:
    """Whether a run failed since it could not assume its role in the account."""
    return re.search(_CLOSED, error.output) is not None


def is_denied(error: TerraformError) -> bool:
    """Whether a run failed for want of a permission."""
    return re.search(_DENIED, error.output) is not None


def cure_of(message: str, stack: str = "STACK") -> str:
    """What probably helps against an error; empty if that is not known."""
    for pattern, cure in _CURES:
        if re.search(pattern, message):
            return cure.format(stack=stack)
    return ""
