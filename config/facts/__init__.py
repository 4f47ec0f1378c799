"""What AWS, Terraform and the provider's bindings are: partitions and regions, services, addresses, versions."""
