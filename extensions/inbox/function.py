"""Counts what is in the bucket that it is told of."""

import os
from typing import Any

import boto3


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Answer with the number of files."""
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=os.environ["BUCKET"], Prefix="files/")
    return {"files": sum(page["KeyCount"] for page in pages)}
