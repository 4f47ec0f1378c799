import json
import re
from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

import constructs_lib
from constructs_lib import CostCategoryConstruct, CostCategoryValue, DataExportsConstruct, InvalidValueError
from tests.template import synth

pytestmark = pytest.mark.row("C8", "C9")

ACCOUNT = "111111111111"
COLUMNS = json.loads((Path(constructs_lib.__file__).parent / "cost/data/export-columns.json").read_text())["tables"]


def exports(**arguments):
    arguments = {"tables": ["cur-2.0", "focus-1.0"], **arguments}

    def build(stack):
        DataExportsConstruct(
            stack,
            "costs",
            bucket_name="acme-costs",
            bucket_region="eu-central-1",
            account_id=ACCOUNT,
            exports_provider=AwsProvider(stack, "us", alias="us", region="us-east-1"),
            **arguments,
        )

    return synth(build)


def test_each_table_is_exported_with_all_its_columns_from_where_aws_keeps_exports():
    found = exports(granularity="DAILY").resources("aws_bcmdataexports_export").values()
    assert {one["provider"] for one in found} == {"aws.us"}
    queries = {}
    for one in found:
        (export,) = one["export"]
        (query,) = export["data_query"]
        columns, table = re.fullmatch(r"SELECT (.+) FROM (\w+)", query["query_statement"]).groups()
        queries[export["name"]] = (table, columns.split(", "), query.get("table_configurations"))
        (destination,) = export["destination_configurations"][0]["s3_destination"]
        assert destination["s3_region"] == "eu-central-1"
    assert queries["focus-1-0"] == ("FOCUS_1_0_AWS", COLUMNS["FOCUS_1_0_AWS"], None)
    table, columns, settings = queries["cur-2-0"]
    assert (table, columns) == ("COST_AND_USAGE_REPORT", COLUMNS["COST_AND_USAGE_REPORT"])
    assert settings["COST_AND_USAGE_REPORT"]["TIME_GRANULARITY"] == "DAILY"
    assert len(set(columns)) == len(columns)


def test_exports_of_this_account_alone_arrive_and_readers_read():
    reader = "arn:aws:iam::222222222222:role/Costs"
    statements = exports(reader_arns=[reader]).policy("aws_s3_bucket_policy", "policy")["Statement"]
    arrive, read = (one for one in statements if one["Effect"] == "Allow")
    assert arrive["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert (read["Principal"], read["Action"]) == ({"AWS": reader}, ["s3:GetObject", "s3:ListBucket"])


@pytest.mark.parametrize("arguments", [{"tables": []}, {"tables": ["cur-1.0"]}, {"granularity": "YEARLY"}])
def test_what_aws_has_not_is_refused(arguments):
    with pytest.raises(InvalidValueError):
        exports(**arguments)


def category(**arguments):
    return synth(lambda stack: CostCategoryConstruct(stack, "team", **{"name": "Team", **arguments}))


def test_the_first_value_that_fits_counts():
    values = {"Web": CostCategoryValue((), "team", ("web", "shop")), "Shop": CostCategoryValue((ACCOUNT,))}
    found = category(values=values, default_value="Other").only("aws_ce_cost_category")
    assert (found["name"], found["default_value"]) == ("Team", "Other")
    assert [one["value"] for one in found["rule"]] == ["Web", "Shop"]
    assert found["rule"][0]["rule"]["tags"] == {"key": "team", "values": ["shop", "web"], "match_options": ["EQUALS"]}
    assert found["rule"][1]["rule"]["dimension"]["values"] == [ACCOUNT]


@pytest.mark.parametrize(
    "arguments",
    [
        {"values": {}},
        {"values": {"A": CostCategoryValue()}},
        {"values": {"A": CostCategoryValue((ACCOUNT,), "team", ("web",))}},
        {"values": {"A" * 51: CostCategoryValue((ACCOUNT,))}},
        {"name": "A" * 51, "values": {"A": CostCategoryValue((ACCOUNT,))}},
    ],
)
def test_categories_that_aws_does_not_take_are_refused(arguments):
    with pytest.raises(InvalidValueError):
        category(**arguments)
