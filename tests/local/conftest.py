import pytest

from estate.local import running_local_aws


@pytest.fixture(scope="session")
def server():
    with running_local_aws() as local:
        yield local


@pytest.fixture
def local(server):
    server.reset()
    return server


@pytest.fixture
def organizations(local):
    """Organizations in the management account of a new organization."""
    client = local.session().client("organizations")
    client.create_organization(FeatureSet="ALL")
    return client


@pytest.fixture
def make_account(organizations):

    def make(name):
        status = organizations.create_account(Email=f"{name}@example.com", AccountName=name)["CreateAccountStatus"]
        return status["AccountId"]

    return make
