"""What probably helps against an error of Terraform."""

import pytest

from estate.terraform.failures import cure_of


@pytest.mark.parametrize(
    ("message", "cure"),
    [
        (
            "Error: waiting for Config Organization Managed Rule (root-has-mfa) create: NoAvailableConfigurationRecorder: x",
            "Deploy the other accounts first, then this stack again",
        ),
        (
            "Error: creating ConfigService Delivery Channel (default): NoSuchBucketException: There is no bucket x.",
            "Deploy the security account first, then this stack again",
        ),
        (
            "Error: waiting for SSO Account Assignment (x) create: unexpected state 'FAILED', wanted target 'SUCCEEDED'.",
            "Make it there first",
        ),
        (
            "Error: waiting for SSO Permission Set (x) to provision: unexpected state 'FAILED', wanted target 'SUCCEEDED'.",
            "Make it there first",
        ),
        (
            "Error: waiting for AWS Organizations Account (x) create: unexpected state 'FAILED'. last error: EMAIL_ALREADY_EXISTS",
            "is taken over by `estate deploy STACK`",
        ),
        (
            "Error: creating AWS Organizations Account (x): ConstraintViolationException: ACCOUNT_NUMBER_LIMIT_EXCEEDED: x",
            "A quota is used up.",
        ),
        (
            "Error: waiting for AWS Organizations Account (x) create: unexpected state 'FAILED'. last error: ACCOUNT_LIMIT_EXCEEDED",
            "A quota is used up.",
        ),
        (
            "Error: waiting for AWS Organizations Account (x) create: unexpected state 'FAILED'. last error: MISSING_PAYMENT_INSTRUMENT",
            "has a valid means of payment",
        ),
        ("Error: AccessDenied: User x is not authorized to perform: macie2:EnableMacie", "extends the execution role"),
    ],
)
def test_the_cure_is_that_of_the_first_cause(message, cure):
    assert cure in cure_of(message)
