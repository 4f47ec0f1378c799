"""DNSSEC of public zones: key-signing keys made of keys in KMS, with the records that belong to them, and signing itself."""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from moto.kms.models import Key, kms_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource, service_may
from estate.local.extension import Answer, Call, Json, Shelf
from estate.local.services.route53 import change, extension, own_zone, zones

_KEYS_REGION = "us-east-1"
_FLAGS, _PROTOCOL, _ECDSAP256SHA256, _SHA256 = 257, 3, 13, 2
_SIGNER = "dnssec-route53.amazonaws.com"


@dataclass
class _Signing:
    signs: bool = False
    keys: dict[str, Json] = field(default_factory=dict)


_signings = Shelf[dict[str, _Signing]](dict, regional=False)


@extension.answers("CreateKeySigningKey")
def create_key_signing_key(call: Call) -> Answer:
    """Make a key-signing key of a KMS key that Route 53 may use."""
    keys, name = _signing(call).keys, call["Name"]
    if name in keys:
        raise AwsError("KeySigningKeyAlreadyExists", f"There is a key-signing key {name} already.", status=409)
    now = datetime.now(UTC)
    keys[name] = {
        "Name": name,
        "KmsArn": call["KeyManagementServiceArn"],
        "Flag": _FLAGS,
        "SigningAlgorithmMnemonic": "ECDSAP256SHA256",
        "SigningAlgorithmType": _ECDSAP256SHA256,
        "DigestAlgorithmMnemonic": "SHA-256",
        "DigestAlgorithmType": _SHA256,
        **_records(own_zone(call).name, _usable_key(call)),
        "Status": call["Status"],
        "CreatedDate": now,
        "LastModifiedDate": now,
    }
    location = f"https://route53.amazonaws.com/2013-04-01/keysigningkey/{call['HostedZoneId']}/{name}"
    return {"ChangeInfo": change(), "KeySigningKey": keys[name], "Location": location}


@extension.answers("ActivateKeySigningKey", "DeactivateKeySigningKey")
def set_key_signing_key(call: Call) -> Answer:
    """Use a key-signing key, or no longer; the last one in use stays as long as the zone is signed."""
    signing, key = _signing(call), _key(call)
    active = call.operation.startswith("Activate")
    if not active and signing.signs and _active(signing) == [key]:
        raise AwsError("KeySigningKeyInUse", "The zone is signed with this key-signing key and no other.")
    key |= {"Status": "ACTIVE" if active else "INACTIVE", "LastModifiedDate": datetime.now(UTC)}
    return {"ChangeInfo": change()}


@extension.answers("DeleteKeySigningKey")
def delete_key_signing_key(call: Call) -> Answer:
    """Delete a key-signing key that is not in use."""
    if _key(call)["Status"] != "INACTIVE":
        raise AwsError("InvalidKeySigningKeyStatus", "Only an inactive key-signing key can be deleted.")
    del _signing(call).keys[call["Name"]]
    return {"ChangeInfo": change()}


@extension.answers("EnableHostedZoneDNSSEC")
def enable_dnssec(call: Call) -> Answer:
    """Sign a zone."""
    if not _active(_signing(call)):
        raise AwsError("KeySigningKeyWithActiveStatusNotFound", "The zone has no active key-signing key.")
    _signing(call).signs = True
    return {"ChangeInfo": change()}


@extension.answers("DisableHostedZoneDNSSEC")
def disable_dnssec(call: Call) -> Answer:
    """Sign a zone no longer, if no parent zone in Route 53 still has its DS record."""
    name = own_zone(call).name
    for _, zone in zones(call):
        if any(record.type == "DS" and record.name.rstrip(".") == name.rstrip(".") for record in zone.rrsets):
            raise AwsError("KeySigningKeyInParentDSRecord", f"The zone {zone.name} has a DS record of {name}.")
    _signing(call).signs = False
    return {"ChangeInfo": change()}


@extension.answers("GetDNSSEC")
def get_dnssec(call: Call) -> Answer:
    """Say whether a zone is signed, and with which keys."""
    signing = _signing(call)
    status = "SIGNING" if signing.signs else "NOT_SIGNING"
    return {"Status": {"ServeSignature": status}, "KeySigningKeys": list(signing.keys.values())}


def _signing(call: Call) -> _Signing:
    zone = own_zone(call)
    if zone.private_zone:
        raise AwsError("InvalidArgument", "Private hosted zones are not signed.")
    return _signings(call).setdefault(zone.resource_id, _Signing())


def _active(signing: _Signing) -> list[Json]:
    return [key for key in signing.keys.values() if key["Status"] == "ACTIVE"]


def _key(call: Call) -> Json:
    found = _signing(call).keys.get(call["Name"])
    if found is None:
        raise AwsError("NoSuchKeySigningKey", f"There is no key-signing key {call['Name']}.", status=404)
    return found


def _usable_key(call: Call) -> Key:
    arn, owner = str(call["KeyManagementServiceArn"]), call.account_id
    key = kms_backends[owner][_KEYS_REGION].keys.get(arn.rpartition("/")[2])
    if key is None or key.arn != arn or (key.key_spec, key.key_usage) != ("ECC_NIST_P256", "SIGN_VERIFY"):
        raise AwsError("InvalidKMSArn", f"{arn} is no ECC_NIST_P256 key for signatures in {_KEYS_REGION}.")
    zone_arn = f"arn:{call.partition}:route53:::hostedzone/{own_zone(call).resource_id}"
    source = {"aws:sourceaccount": owner, "aws:sourcearn": zone_arn, "kms:grantisforawsresource": "true"}
    resource = Resource(arn, owner, keys=source)
    for action in ("kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:CreateGrant"):
        if not service_may(_SIGNER, action, resource, [key.policy]):
            raise AwsError("InvalidKMSArn", f"The policy of {arn} does not let {_SIGNER} do {action}.")
    return key


def _records(domain: str, key: Key) -> Json:
    """The key's DNSKEY record and the DS record for the zone above (RFC 4034, RFC 6605)."""
    public = load_der_public_key(key.private_key.public_key())
    if not isinstance(public, EllipticCurvePublicKey):
        raise AwsError("InvalidKMSArn", f"{key.arn} is not on an elliptic curve.")
    numbers = public.public_numbers()
    point = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    data = struct.pack("!HBB", _FLAGS, _PROTOCOL, _ECDSAP256SHA256) + point
    total = sum(byte << 8 if index % 2 == 0 else byte for index, byte in enumerate(data))
    tag = (total + (total >> 16)) & 0xFFFF
    labels = [label.encode() for label in domain.rstrip(".").split(".")]
    owner = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    digest = hashlib.sha256(owner + data).hexdigest().upper()
    text = base64.b64encode(point).decode()
    return {
        "KeyTag": tag,
        "DigestValue": digest,
        "PublicKey": text,
        "DSRecord": f"{tag} {_ECDSAP256SHA256} {_SHA256} {digest}",
        "DNSKEYRecord": f"{_FLAGS} {_PROTOCOL} {_ECDSAP256SHA256} {text}",
    }
