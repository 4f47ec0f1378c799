"""organization.lock.yaml is written the same for the same ids, read back, and compared."""

import pytest

import config
from config.loading.lock import differences, read_lock, to_yaml, write_lock
from config.model.lock import Closed, Lock

CLOSED = Closed(id="333333333333", email="lab@example.com", until="2027-02-27")
LOCK = Lock(
    organization_id="o-a1b2c3d4e5",
    root_id="r-ab12",
    management_account_id="111111111111",
    accounts={"shop": "012345678901", "security": "222222222222"},
    organizational_units={"workloads": "ou-ab12-11111111", "production": "ou-ab12-22222222"},
)


def test_the_text():
    assert to_yaml(LOCK).splitlines()[3:] == [
        'organization_id: "o-a1b2c3d4e5"',
        'root_id: "r-ab12"',
        'management_account_id: "111111111111"',
        "accounts:",
        '  security: "222222222222"',
        '  shop: "012345678901"',
        "organizational_units:",
        '  production: "ou-ab12-22222222"',
        '  workloads: "ou-ab12-11111111"',
    ]


@pytest.mark.parametrize(
    "lock",
    [
        LOCK,
        LOCK.model_copy(update={"accounts": {}, "organizational_units": {}}),
        LOCK.model_copy(update={"closed": {"lab": CLOSED}}),
    ],
)
def test_what_was_written_is_read_back(tmp_path, lock):
    assert read_lock(tmp_path) is None
    path = write_lock(tmp_path, lock)
    assert read_lock(tmp_path) == lock
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_order_of_ids_means_nothing():
    turned = {"accounts": dict(reversed(LOCK.accounts.items()))}
    assert to_yaml(LOCK.model_copy(update=turned)) == to_yaml(LOCK)


def test_a_damaged_lock_is_refused(tmp_path):
    write_lock(tmp_path, LOCK)
    path = tmp_path / "organization.lock.yaml"
    path.write_text(path.read_text().replace("r-ab12", "r_ab12"))
    with pytest.raises(
        config.ConfigError, match=r"organization.lock.yaml:5: root_id: found 'r_ab12'; expected a root id"
    ):
        read_lock(tmp_path)


def test_differences():
    deployed = LOCK.model_copy(
        update={
            "organization_id": "o-ffffffffff",
            "accounts": {"shop": "333333333333", "new": "444444444444"},
            "organizational_units": {"workloads": "ou-ab12-11111111"},
        }
    )
    assert differences(LOCK, LOCK) == ()
    assert differences(LOCK, deployed) == (
        "organization_id: the lock has o-a1b2c3d4e5, deployed is o-ffffffffff.",
        "account security: the lock has 222222222222, the deployed organization has no such account.",
        "account shop: the lock has 012345678901, deployed is 333333333333.",
        "OU production: the lock has ou-ab12-22222222, the deployed organization has no such OU.",
    )


def test_a_lock_that_contradicts_the_configuration_is_refused(directory):
    write_lock(directory.path, LOCK.model_copy(update={"management_account_id": "999999999999"}))
    with pytest.raises(config.ConfigError) as caught:
        config.load(directory.path)
    (problem,) = caught.value.problems
    assert str(problem) == (
        "accounts/management.yaml:3: id: found '111111111111', but organization.lock.yaml has '999999999999'; "
        "expected the account's id. Correct the `id`, or remove it: the lock has what is deployed."
    )


def test_a_renamed_file_is_warned_of(directory):
    write_lock(directory.path, LOCK)
    (directory.path / "accounts/shop.yaml").rename(directory.path / "accounts/store.yaml")
    (warning,) = config.load(directory.path).warnings
    assert (warning.place, warning.arrived) == (
        "organization.lock.yaml:9",
        "the account 'shop' (012345678901) without accounts/shop.yaml",
    )


def test_a_file_that_was_renamed_to_something_alike_is_an_error(directory):
    write_lock(directory.path, LOCK)
    (directory.path / "accounts/shop.yaml").rename(directory.path / "accounts/shop-live.yaml")
    with pytest.raises(config.ConfigError) as caught:
        config.load(directory.path)
    (problem,) = caught.value.problems
    assert str(problem) == (
        "accounts/shop-live.yaml:1: found a file for the account 'shop' (012345678901) without accounts/shop.yaml; expected "
        "accounts/shop.yaml. A slug never changes, since Terraform would destroy what has it: rename it back to shop.yaml. "
        "To change the name that AWS shows, change `name`."
    )
