# Goes into every stack's directory, so that all stacks run the same provider and `terraform init` asks no registry which. It is
# empty until you write it, on a machine that reaches the registry, in the directory of any synthesized stack, for the
# platforms you use: `terraform providers lock -platform=linux_amd64 -platform=darwin_arm64`; then copy it here.
