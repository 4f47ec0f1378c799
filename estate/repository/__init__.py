"""A repository of one's own: what `estate init` writes, and what `estate upgrade` compares it with."""
