terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

provider "aws" { region = "us-east-1" }

# How the bucket was born; the constructs leave it out.
variable "born_locked" {
  type    = bool
  default = null
}

variable "locked" {
  type    = bool
  default = true
}

resource "aws_s3_bucket" "this" {
  bucket              = "logs"
  object_lock_enabled = var.born_locked
  lifecycle { prevent_destroy = true }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count  = var.locked ? 1 : 0
  bucket = aws_s3_bucket.this.id
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 90
    }
  }
  depends_on = [aws_s3_bucket_versioning.this]
}
