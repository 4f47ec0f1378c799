"""Organizations that somebody made without the product, for adoption: built with boto3 alone, on a local AWS."""
