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
            "run `estate bootstrap`: it takes the account over",
        ),
        ("Error: AccessDenied: User x is not authorized to perform: macie2:EnableMacie", "extends the execution role"),
    ],
)
def test_the_cure_is_that_of_the_first_cause(message, cure):
    assert cure in cure_of(message)
