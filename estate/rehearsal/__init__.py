"""What guardrails would have denied: recorded calls decided under two versions of the configuration."""
