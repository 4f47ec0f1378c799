"""What the tests of your organization take: see `estate.testing.fixtures`."""

from estate.testing.fixtures import organization, pytest_generate_tests, recorded, stacks  # noqa: F401
