"""What AWS Organizations refuses, in words that help."""

from collections.abc import Mapping

from botocore.exceptions import ClientError


def why(error: ClientError, sentences: Mapping[str, str]) -> str:
    """What helps against a refusal; AWS's own words if that is not known.

    Args:
        error: AWS's answer, which has its reason in a field of its own or in the message.
        sentences: What helps, by AWS's reasons or codes.
    """
    found = error.response["Error"]
    message = str(found.get("Message", ""))
    given = (str(error.response.get("Reason")), message, str(found["Code"]))
    return next((sentence for reason, sentence in sentences.items() if any(reason in one for one in given)), message)
