"""The local AWS: moto's server with what our organization needs and moto lacks, for trying and for testing.

from estate.local import running_local_aws

with running_local_aws() as local:
subprocess.run(["terraform", "apply"], env=local.environment())
local.session(account_id).client("iam").list_roles()
"""

from estate.local.environment import LocalAwsError
from estate.local.instance import LocalAws, environment, find, running, running_local_aws, start, stop

__all__ = ["LocalAws", "LocalAwsError", "environment", "find", "running", "running_local_aws", "start", "stop"]
