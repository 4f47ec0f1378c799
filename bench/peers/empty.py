"""The floor: a CDKTF app with one stack and no provider: `empty.py OUT`."""

import sys

from cdktf import App, TerraformStack

app = App(outdir=sys.argv[1])
TerraformStack(app, "empty")
app.synth()
