"""Where Terraform's state is kept."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, refuse
from config.model.types import Arn, KmsKeyArn, Region

_LONGEST_NAME: Final = 63

BucketName = Annotated[str, Matches(None, "a bucket name", quota="bucket.name")]


class LocalState(Model):
    """A file on the machine that runs Terraform: to try things out."""

    backend: Literal["local"] = Field(
        default="local",
        description="Files beside the checkout, to try things out, or a bucket of the terraform account.",
    )


class S3State(Model):
    """An object per stack in a bucket of the terraform account."""

    backend: Literal["s3"]
    bucket: BucketName = Field(description="The bucket's name, which no other AWS account in the world has.")
    region: Region = Field(description="The bucket's region.")
    managed: bool = Field(
        default=True, description="Whether the terraform account's stack makes bucket, key, table and access roles."
    )
    kms_key: KmsKeyArn | None = Field(default=None, description="ARN of the key of a bucket that is not managed here.")
    access_role: Arn | None = Field(
        default=None, description="ARN of the role that every stack's backend assumes, if not managed here."
    )
    lock: Literal["s3", "dynamodb", "both"] = Field(
        default="s3",
        description="What keeps two runs apart; `both` while moving from a DynamoDB table to S3's lock files.",
    )
    dynamodb_table: Annotated[str, Matches("[A-Za-z0-9_.-]{3,}", "a DynamoDB table name", longest=255)] | None = Field(
        default=None, description="The lock table, for `lock: dynamodb` and `lock: both`."
    )

    access_logs: bool = Field(
        default=True,
        description="Whether reads and writes of states are logged, in the bucket `<bucket>-access`, for 400 days.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.lock == "s3" and self.dynamodb_table is not None:
            raise refuse("no `dynamodb_table` with `lock: s3`", "Remove it, or say `lock: both` to use it too.")
        if self.lock != "s3" and self.dynamodb_table is None:
            raise refuse(f"`dynamodb_table` with `lock: {self.lock}`", "Add the lock table's name.")
        if self.managed and (self.kms_key or self.access_role):
            raise refuse(
                "neither `kms_key` nor `access_role` with a managed state, which has its own",
                "Remove them, or say `managed: false` for a bucket that exists already.",
            )
        longest = _LONGEST_NAME - len(access_log_name(""))
        if self.managed and self.access_logs and len(self.bucket) > longest:
            raise refuse(
                f"a `bucket` of at most {longest} characters, since access logs go to {access_log_name(self.bucket)!r}",
                f"S3 takes at most {_LONGEST_NAME}. Keep a bucket that exists, and say `access_logs: false`.",
            )
        return self


def access_log_name(bucket: str) -> str:
    """What the bucket is called that receives another one's access logs."""
    return f"{bucket}-access"


State = Annotated[LocalState | S3State, Field(discriminator="backend")]
