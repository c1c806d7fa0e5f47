"""One file a managed thing: file, directory, package, service, user, cron, container."""

from holdfast.kinds.apt_repository import AptRepositoryKind
from holdfast.kinds.archive import ArchiveKind
from holdfast.kinds.authorized_key import AuthorizedKeyKind
from holdfast.kinds.block import BlockKind
from holdfast.kinds.command import CommandKind
from holdfast.kinds.container import ContainerKind
from holdfast.kinds.cron import CronKind
from holdfast.kinds.directory import DirectoryKind
from holdfast.kinds.download import DownloadKind
from holdfast.kinds.file import FileKind
from holdfast.kinds.git import GitKind
from holdfast.kinds.group import GroupKind
from holdfast.kinds.hostname import HostnameKind
from holdfast.kinds.ini_key import IniKeyKind
from holdfast.kinds.line import LineKind
from holdfast.kinds.link import LinkKind
from holdfast.kinds.mount import MountKind
from holdfast.kinds.package import PackageKind
from holdfast.kinds.probes.accounts import GroupProbe, PasswdProbe
from holdfast.kinds.probes.check import CheckProbe
from holdfast.kinds.probes.content import ContentProbe
from holdfast.kinds.probes.hash import HashProbe
from holdfast.kinds.probes.packages import PackageProbe
from holdfast.kinds.probes.pip import PipProbe
from holdfast.kinds.probes.say import SayProbe
from holdfast.kinds.probes.stat import StatProbe
from holdfast.kinds.probes.tree import TreeProbe
from holdfast.kinds.probes.units import UnitProbe
from holdfast.kinds.service import ServiceKind
from holdfast.kinds.ssh_host_key import SshHostKeyKind
from holdfast.kinds.sysctl import SysctlKind
from holdfast.kinds.systemd_timer import SystemdTimerKind
from holdfast.kinds.systemd_unit import SystemdUnitKind
from holdfast.kinds.timezone import TimezoneKind
from holdfast.kinds.user import UserKind
from holdfast.ports import Kind, Probe

BUILT_IN: tuple[Kind, ...] = (
    AptRepositoryKind(),
    ArchiveKind(),
    AuthorizedKeyKind(),
    BlockKind(),
    CommandKind(),
    ContainerKind(),
    CronKind(),
    DirectoryKind(),
    DownloadKind(),
    FileKind(),
    GitKind(),
    GroupKind(),
    HostnameKind(),
    IniKeyKind(),
    LineKind(),
    LinkKind(),
    MountKind(),
    PackageKind(),
    ServiceKind(),
    SshHostKeyKind(),
    SysctlKind(),
    SystemdTimerKind(),
    SystemdUnitKind(),
    TimezoneKind(),
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
    PipProbe(),
    SayProbe(),
    StatProbe(),
    TreeProbe(),
    UnitProbe(),
)
"""Every probe that a kind asks."""
