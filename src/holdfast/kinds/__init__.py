"""One file a managed thing: file, directory, package, service, user, cron, container."""

from holdfast.kinds.block import BlockKind
from holdfast.kinds.command import CommandKind
from holdfast.kinds.directory import DirectoryKind
from holdfast.kinds.file import FileKind
from holdfast.kinds.group import GroupKind
from holdfast.kinds.ini_key import IniKeyKind
from holdfast.kinds.line import LineKind
from holdfast.kinds.link import LinkKind
from holdfast.kinds.package import PackageKind
from holdfast.kinds.probes.accounts import GroupProbe, PasswdProbe
from holdfast.kinds.probes.check import CheckProbe
from holdfast.kinds.probes.content import ContentProbe
from holdfast.kinds.probes.hash import HashProbe
from holdfast.kinds.probes.packages import PackageProbe
from holdfast.kinds.probes.stat import StatProbe
from holdfast.kinds.probes.units import UnitProbe
from holdfast.kinds.service import ServiceKind
from holdfast.kinds.user import UserKind
from holdfast.ports import Kind, Probe

BUILT_IN: tuple[Kind, ...] = (
    BlockKind(),
    CommandKind(),
    DirectoryKind(),
    FileKind(),
    GroupKind(),
    IniKeyKind(),
    LineKind(),
    LinkKind(),
    PackageKind(),
    ServiceKind(),
    UserKind(),
)
"""Every kind, in the order of their names."""

PROBES: tuple[Probe, ...] = (
    CheckProbe(),
    ContentProbe(),
    GroupProbe(),
    HashProbe(),
    PackageProbe(),
    PasswdProbe(),
    StatProbe(),
    UnitProbe(),
)
"""Every probe that a kind asks."""
