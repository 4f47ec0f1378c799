"""The end of a deploy or a bootstrap that does not go on by itself."""


class StoppedError(RuntimeError):
    """The bootstrap goes no further; the message says why and what helps."""
