"""An AWS organization as a CDKTF app: `app` builds the stacks, `estate` holds the commands."""
