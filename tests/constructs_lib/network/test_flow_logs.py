import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.flow_logs import FlowLogsConstruct
from tests.template import synth


def build(stack, **changes):
    arguments = {"name": "shared", "vpc_id": "vpc-1", "bucket_arn": "arn:aws:s3:::acme-logs"}
    return FlowLogsConstruct(stack, "logs", **{**arguments, **changes})


@pytest.mark.row("D6")
def test_all_traffic_goes_to_the_archive():
    log = synth(build).only("aws_flow_log")
    assert (log["log_destination"], log["log_destination_type"]) == ("arn:aws:s3:::acme-logs", "s3")
    assert (log["traffic_type"], log["max_aggregation_interval"]) == ("ALL", 600)
    assert log["destination_options"]["file_format"] == "parquet"


def test_traffic_and_interval_can_be_chosen():
    log = synth(lambda stack: build(stack, traffic="REJECT", interval_seconds=60)).only("aws_flow_log")
    assert (log["traffic_type"], log["max_aggregation_interval"]) == ("REJECT", 60)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"traffic": "SOME"}, "'SOME'"), ({"interval_seconds": 30}, "is 30; expected one of 60, 600")],
)
def test_what_ec2_does_not_know_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


@pytest.mark.row("A8")
def test_fields_are_aws_signs_for_them_and_no_expressions_of_terraform():
    def logged(**arguments):
        return synth(
            lambda stack: FlowLogsConstruct(
                stack, "logs", name="a-b", vpc_id="vpc-1", bucket_arn="arn:aws:s3:::acme-logs", **arguments
            )
        ).only("aws_flow_log")

    assert logged(fields=["version", "pkt-srcaddr"])["log_format"] == "$${version} $${pkt-srcaddr}"
    assert "log_format" not in logged()
    with pytest.raises(InvalidValueError, match="fields"):
        logged(fields=["srcaddr dstaddr"])
