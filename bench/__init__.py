"""How fast the app is, beside its peers; `python -m bench` measures all of it in one run."""
