"""An app that the tests run in processes of their own: types the library does not use, blocks, tokens, references."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

if os.environ.get("CONSTRUCTS_LIB_LAZY") == "0":
    gc.disable()  # it would look through the objects of 2,100 modules again and again, and once more at the end
if "cdktf-first" in sys.argv:
    import cdktf  # noqa: F401

import constructs_lib  # noqa: I001  makes the bindings lazy
from cdktf import App, Fn, TerraformIterator, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.codepipeline_webhook import CodepipelineWebhook, CodepipelineWebhookFilter
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.wafv2_rule_group import (
    Wafv2RuleGroup,
    Wafv2RuleGroupRule,
    Wafv2RuleGroupRuleVisibilityConfig,
    Wafv2RuleGroupVisibilityConfig,
)

app = App(outdir=sys.argv[1])
stack, other = TerraformStack(app, "several"), TerraformStack(app, "other")
for each in (stack, other):
    AwsProvider(
        each, "aws", region="eu-central-1", assume_role=[AwsProviderAssumeRole(role_arn="arn:aws:iam::1:role/x")]
    )

me = DataAwsCallerIdentity(stack, "me")
queue = SqsQueue(stack, "queue", name=Fn.join("-", ["q", me.account_id]), tags={"a": "b"})
SqsQueue(stack, "each", for_each=TerraformIterator.from_list(["x", "y"]))
hook = CodepipelineWebhook(
    stack,
    "hook",
    name="h",
    authentication="UNAUTHENTICATED",
    target_action="source",
    target_pipeline="p",
    filter=[CodepipelineWebhookFilter(json_path="$.ref", match_equals="refs/heads/{Branch}")],
)
hook.add_override("lifecycle.prevent_destroy", True)
metrics = {"cloudwatch_metrics_enabled": True, "metric_name": "m", "sampled_requests_enabled": False}
geo = Wafv2RuleGroupRule(
    name="geo",
    priority=1,
    action={"block": {}},
    statement={"geo_match_statement": {"country_codes": ["NL"]}},
    visibility_config=Wafv2RuleGroupRuleVisibilityConfig(**metrics),
)
Wafv2RuleGroup(
    stack,
    "rules",
    name="r",
    scope="REGIONAL",
    capacity=2,
    rule=[geo],
    visibility_config=Wafv2RuleGroupVisibilityConfig(**metrics),
)
TerraformOutput(other, "arn", value=queue.arn)
app.synth()

child = subprocess.run(["node", "-p", "process.env.NODE_OPTIONS || ''"], capture_output=True, text=True, check=True)
provider = "cdktf_cdktf_provider_aws"
loaded = [name for name in sys.modules if name.startswith(f"{provider}.") and name.count(".") == 1]
packaged = list(Path(sys.modules[provider].__file__).parent.glob("*/__init__.py"))
report = {
    "loaded": len(loaded),
    "packaged": len(packaged),
    "library": constructs_lib.__file__,
    "child": child.stdout.strip(),
    "own": os.environ.get("NODE_OPTIONS"),
}
sys.stdout.write(json.dumps(report))
if not gc.isenabled():
    gc.freeze()
