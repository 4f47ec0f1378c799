terraform {
  backend "s3" {}
}

resource "terraform_data" "this" { input = "kept in the bucket" }
