"""Faults on demand, ended sessions, reset."""

import time

import pytest
from botocore.exceptions import ClientError

from estate.local import LocalAwsError


@pytest.fixture
def sts(local):
    return local.session().client("sts")


def code_of(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_a_fault_strikes_so_many_times_and_is_over(local, sts):
    local.fault("sts", "GetCaller*", code="Throttling", times=2)
    assert [code_of(sts.get_caller_identity) for _ in range(3)] == ["Throttling", "Throttling", None]
    assert local.status()["faults"] == 0


def test_a_fault_lasts_so_many_seconds(local, sts):
    local.fault(code="ServiceUnavailable", status=503, seconds=0.5)
    assert code_of(sts.get_caller_identity) == "ServiceUnavailable"
    time.sleep(0.6)
    assert code_of(sts.get_caller_identity) is None


def test_a_fault_lets_calls_through_first(local, sts):
    local.fault("sts", code="Throttling", after=1, times=1)
    assert [code_of(sts.get_caller_identity) for _ in range(3)] == [None, "Throttling", None]


def test_a_fault_strikes_only_what_it_names(local, sts):
    local.fault("s3", code="SlowDown", status=503)
    assert code_of(sts.get_caller_identity) is None
    with pytest.raises(ClientError) as raised:
        local.session().client("s3").list_buckets()
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    local.clear_faults()
    local.session().client("s3").list_buckets()


def test_a_fault_without_code_only_delays(local, sts):
    local.fault("sts", code="", delay=0.3, times=1)
    began = time.monotonic()
    assert code_of(sts.get_caller_identity) is None
    assert time.monotonic() - began >= 0.3


def test_a_fault_that_is_none_is_refused(local):
    with pytest.raises(LocalAwsError, match="unexpected keyword argument"):
        local.fault("sts", often=True)


def test_sessions_end_on_demand_and_keys_do_not(local, make_account, sts):
    member = local.session(make_account("member")).client("sts")
    assert code_of(member.get_caller_identity) is None
    local.expire_sessions()
    assert code_of(member.get_caller_identity) == "ExpiredToken"
    assert code_of(sts.get_caller_identity) is None


def test_reset_leaves_nothing(local, make_account):
    account_id = make_account("member")
    local.session().client("s3").create_bucket(Bucket="some-bucket")
    local.fault("s3")
    local.reset()
    assert local.session().client("s3").list_buckets()["Buckets"] == []
    assert code_of(local.session().client("organizations").describe_organization) == "AWSOrganizationsNotInUseException"
    with pytest.raises(ClientError, match="does not exist"):
        local.session(account_id)


def test_writes_fail_and_reads_do_not_nor_what_a_spared_bucket_gets(local):
    s3, iam = local.session().client("s3"), local.session().client("iam")
    for bucket in ("states", "others"):
        s3.create_bucket(Bucket=bucket)
    local.fault(code="AccessDenied", writes=True, spared="states")
    assert code_of(lambda: s3.put_object(Bucket="states", Key="a", Body=b"")) is None
    assert code_of(lambda: s3.put_object(Bucket="others", Key="a", Body=b"")) == "AccessDenied"
    assert code_of(lambda: iam.create_role(RoleName="a", AssumeRolePolicyDocument="{}")) == "AccessDenied"
    assert code_of(iam.list_roles) is None
    local.clear_faults()
