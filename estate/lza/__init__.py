"""Coming from AWS's Landing Zone Accelerator: its configuration read, and ours written."""
