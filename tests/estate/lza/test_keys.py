"""KMS keys of the Accelerator's configuration."""

import json
import re

from config.capabilities.kms_keys import KMS_KEYS
from stacks.app import synthesize
from tests.estate.lza.conftest import take
from tests.stacks.conftest import CHECKOUT

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Ours",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:${PARTITION}:iam::${ACCOUNT_ID}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
KEYS = """keyManagementService:
  keySets:
    - name: Orders
      alias: alias/Meadow/orders
      policy: kms/orders.json
      description: Orders
      enableKeyRotation: true
      removalPolicy: retain
      deploymentTargets: {organizationalUnits: [Work/Live]}
accessAnalyzer: {enable: true}"""


def test_keys_are_in_the_accounts_that_had_them(changed, tmp_path):
    source = changed("security-config.yaml", ("accessAnalyzer: {enable: true}", KEYS))
    (source / "kms").mkdir()
    (source / "kms/orders.json").write_text(json.dumps(POLICY))
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    key = KMS_KEYS.of(found.organization)["orders"]
    assert (key.alias, {account.slug for account in key.accounts}) == ("Meadow/orders", {"shop-live"})
    outdir = tmp_path / "out"
    synthesize(found.organization, CHECKOUT / ".terraform.lock.hcl", ["shop-live"], outdir=outdir)
    stack = json.loads((outdir / "stacks/shop-live/cdk.tf.json").read_text())["resource"]
    made = [one for name, one in stack["aws_kms_key"].items() if name.startswith("kms-key-orders-")]
    assert len(made) == len(found.organization.governed_regions)
    statements = json.loads(re.sub(r"\$\{[^}]*\}", "X", made[0]["policy"]))["Statement"]
    assert {statement["Sid"] for statement in statements} == {"OwnAccountByItsIamPolicies", "Ours"}
