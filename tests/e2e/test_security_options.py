"""What the security account does for others beyond the sample, deployed in a small organization and read back from AWS."""

import json

import pytest

from estate.local import running_local_aws
from tests.deployed import planned_actions
from tests.ring import Ring

pytestmark = [pytest.mark.e2e, pytest.mark.row("B4", "C6")]

REGIONS = ("eu-central-1", "us-east-1")
ORGANIZATION = {
    "name": "Keep",
    "slug": "keep",
    "email": "aws+{account}@example.com",
    "regions": {"home": REGIONS[0], "governed": list(REGIONS)},
    "trusted_services": ["guardduty.amazonaws.com"],
    "delegated_administrators": {"guardduty.amazonaws.com": "security"},
    "organizational_units": {"security": {}, "workloads": {}},
    "security": {
        "guardduty": {
            "trusted_ip_list": "documents/offices.txt",
            "threat_ip_lists": {"bots": "documents/bots.txt", "scanners": "documents/scanners.txt"},
        }
    },
}
PATTERN = {"source": ["aws.health"], "detail": {"service": ["EC2"]}}
ORGANIZATION["event_buses"] = {
    "health": {
        "account": "security",
        "sources": {
            "issues": {"accounts": ["ou:workloads", "account:management"], "pattern": PATTERN},
            "mails": {"accounts": ["account:shop"], "pattern": {"source": ["aws.ses"]}, "regions": ["us-east-1"]},
        },
    }
}
ALARMS = {
    "busy": {
        "namespace": "AWS/EC2",
        "metric": "CPUUtilization",
        "dimensions": {"InstanceId": "i-0123456789abcdef0"},
        "statistic": "Average",
        "threshold": 90.5,
        "evaluation_periods": 3,
        "datapoints_to_alarm": 2,
        "severity": "HIGH",
    },
    "slow": {
        "namespace": "Shop",
        "metric": "Latency",
        "statistic": "p99.9",
        "threshold": 2,
        "period": 60,
        "severity": "LOW",
        "missing_data": "notBreaching",
        "tell_recovery": True,
        "description": "Shoppers wait.",
        "regions": ["us-east-1"],
    },
}
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "security": {"name": "Security", "purpose": "security", "ou": "security"},
    "shop": {
        "name": "Shop",
        "ou": "workloads",
        "settings": {"metric_alarms": {"alarms": ALARMS, "emails": {"HIGH": ["shop@example.com"]}}},
    },
}
LISTS = {"offices": "198.51.100.0/24\n", "bots": "203.0.113.9\n", "scanners": "203.0.113.64/26\n203.0.113.200\n"}


@pytest.fixture(scope="module")
def keep(tmp_path_factory):
    with running_local_aws() as local:
        files = {f"documents/{name}.txt": text for name, text in LISTS.items()}
        found = Ring(tmp_path_factory.mktemp("keep"), local, ORGANIZATION, ACCOUNTS, files)
        found.write()
        # One by one, past the guard: it knows no account of an organization without a lock, and stops keys that let one in.
        for name in ACCOUNTS:
            found.deploy(name)
        yield found


def session(keep, name):
    if name == "Management":  # which is there before the organization, by another name
        return keep.local.session()
    accounts = keep.local.session().client("organizations").list_accounts()["Accounts"]
    (account,) = (each["Id"] for each in accounts if each["Name"] == name)
    return keep.local.session(account)


def lists(keep, region):
    """The text of each list of a region, by its kind and name, as GuardDuty would read it."""
    security = session(keep, "Security")
    guardduty, s3 = security.client("guardduty", region_name=region), security.client("s3", region_name=REGIONS[0])
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    found = {}
    trusted = [
        guardduty.get_ip_set(DetectorId=detector, IpSetId=one)
        for one in guardduty.list_ip_sets(DetectorId=detector)["IpSetIds"]
    ]
    threats = [
        guardduty.get_threat_intel_set(DetectorId=detector, ThreatIntelSetId=one)
        for one in guardduty.list_threat_intel_sets(DetectorId=detector)["ThreatIntelSetIds"]
    ]
    for kind, some in (("trusted", trusted), ("threat", threats)):
        for one in some:
            assert (one["Status"], one["Format"]) == ("ACTIVE", "TXT")
            bucket, _, key = one["Location"].removeprefix("s3://").partition("/")
            found[kind, one["Name"]] = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return found


@pytest.mark.parametrize("name", ["management", "security", "shop"])
def test_a_second_plan_is_empty(keep, name):
    assert planned_actions(keep.stack(name)) == {}


@pytest.mark.parametrize("region", REGIONS)
def test_guardduty_has_the_lists_in_every_region(keep, region):
    assert lists(keep, region) == {
        ("trusted", "trusted"): LISTS["offices"],
        ("threat", "bots"): LISTS["bots"],
        ("threat", "scanners"): LISTS["scanners"],
    }


@pytest.mark.parametrize(("region", "names"), [("eu-central-1", {"busy"}), ("us-east-1", {"busy", "slow"})])
def test_alarms_tell_an_encrypted_topic_in_their_regions(keep, region, names):
    shop = session(keep, "Shop")
    sns = shop.client("sns", region_name=region)
    alarms = shop.client("cloudwatch", region_name=region).describe_alarms()["MetricAlarms"]
    assert {alarm["AlarmName"] for alarm in alarms} == {f"metric-alarms-{name}" for name in names}
    for alarm in alarms:
        (topic,) = alarm["AlarmActions"]
        low = ALARMS[alarm["AlarmName"].removeprefix("metric-alarms-")]["severity"].lower()
        assert topic.endswith(f":metric-alarms-{low}")
        assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"]
        mails = [one["Endpoint"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]
        assert mails == (["shop@example.com"] if low == "high" else [])


@pytest.mark.parametrize(
    ("name", "region", "sources"),
    [
        ("Shop", "eu-central-1", {"issues"}),
        ("Shop", "us-east-1", {"issues", "mails"}),
        ("Management", "eu-central-1", {"issues"}),
    ],
)
def test_events_of_accounts_are_sent_to_the_bus_of_another(keep, name, region, sources):
    events = session(keep, name).client("events", region_name=region)
    rules = {rule["Name"]: json.loads(rule["EventPattern"]) for rule in events.list_rules()["Rules"]}
    assert rules.keys() == {f"event-bus-health-{source}" for source in sources}
    assert rules["event-bus-health-issues"] == PATTERN
    bus = session(keep, "Security").client("events", region_name=REGIONS[0]).describe_event_bus(Name="health")
    for rule in rules:
        (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
        assert (target["Arn"], target["RoleArn"].rpartition("/")[2]) == (bus["Arn"], "event-bus-health")
    (statement,) = json.loads(bus["Policy"])["Statement"]
    own = keep.local.session().client("organizations").describe_organization()["Organization"]["Id"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": own}}


def test_another_text_is_read_and_lists_go_with_their_bucket(keep):
    (keep.config / "policies/documents/offices.txt").write_text("198.51.100.0/25\n")
    keep.organization["security"]["guardduty"]["threat_ip_lists"].pop("bots")
    keep.write()
    keep.deploy("security")
    for region in REGIONS:
        assert lists(keep, region) == {
            ("trusted", "trusted"): "198.51.100.0/25\n",
            ("threat", "scanners"): LISTS["scanners"],
        }
    keep.organization["security"]["guardduty"] = {}
    keep.write()
    keep.deploy("security")
    assert [lists(keep, region) for region in REGIONS] == [{}, {}]
    buckets = session(keep, "Security").client("s3", region_name=REGIONS[0]).list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets if "guardduty" in bucket["Name"]] == []
