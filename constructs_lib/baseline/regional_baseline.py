"""What an account has in each region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ebs_default_kms_key import EbsDefaultKmsKey
from cdktf_cdktf_provider_aws.ebs_encryption_by_default import EbsEncryptionByDefault
from cdktf_cdktf_provider_aws.ebs_snapshot_block_public_access import EbsSnapshotBlockPublicAccess
from cdktf_cdktf_provider_aws.ec2_image_block_public_access import Ec2ImageBlockPublicAccess
from cdktf_cdktf_provider_aws.ec2_instance_metadata_defaults import Ec2InstanceMetadataDefaults
from cdktf_cdktf_provider_aws.ec2_serial_console_access import Ec2SerialConsoleAccess
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_between

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class RegionalBaselineConstruct(Construct):
    """EC2's account-wide switches of one region, each in its safe position.

    Children: ``EbsEncryption``, ``EbsKey``, ``Metadata``, ``Snapshots``, ``Images``, ``SerialConsole``.

    Args:
        scope: Where the baseline is kept.
        id_: The construct's id.
        encrypt_volumes: Whether new volumes and snapshots are encrypted. Default: yes.
        volume_key_arn: The KMS key for them. Default: AWS' own key for EBS.
        require_imdsv2: Whether new instances give their metadata to sessions only (IMDSv2). Default: yes.
        metadata_hop_limit: How many hops a metadata answer may travel, 1 to 64; containers need 2. Default: 2.
        block_public_snapshots: Whether no snapshot can be shared with everybody. Default: yes.
        block_public_images: Whether no image can be shared with everybody. Default: yes.
        serial_console: Whether instances can be reached by the serial console; None says nothing of it. Default: no.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the hop limit is out of range.

    Example:
        >>> RegionalBaselineConstruct(stack, "Baseline-eu-west-1", provider=ireland)

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        encrypt_volumes: bool = True,
        volume_key_arn: str | None = None,
        require_imdsv2: bool = True,
        metadata_hop_limit: int = 2,
        block_public_snapshots: bool = True,
        block_public_images: bool = True,
        serial_console: bool | None = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("metadata_hop_limit", metadata_hop_limit, 1, 64, unit="hops")
        if encrypt_volumes:
            EbsEncryptionByDefault(self, "EbsEncryption", enabled=True, provider=provider)
        if volume_key_arn:
            EbsDefaultKmsKey(self, "EbsKey", key_arn=volume_key_arn, provider=provider)
        if require_imdsv2:
            Ec2InstanceMetadataDefaults(
                self,
                "Metadata",
                http_tokens="required",
                http_put_response_hop_limit=metadata_hop_limit,
                provider=provider,
            )
        if block_public_snapshots:
            EbsSnapshotBlockPublicAccess(self, "Snapshots", state="block-all-sharing", provider=provider)
        if block_public_images:
            Ec2ImageBlockPublicAccess(self, "Images", state="block-new-sharing", provider=provider)
        if serial_console is not None:
            # Said either way: a switch that merely disappeared from Terraform would stay on.
            Ec2SerialConsoleAccess(self, "SerialConsole", enabled=serial_console, provider=provider)
