"""What the organization may cost: budgets, anomalies, commitments, tags, and machines that go home at night."""
