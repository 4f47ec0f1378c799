"""How each capability is built: the module has the name of the one in `config.capabilities` that defines it."""
