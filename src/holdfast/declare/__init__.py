"""What a person writes, as typed classes; their docstrings are the reference."""

from holdfast.declare.config import (
    CheckDeclared,
    ConfigDeclared,
    HandlerDeclared,
    RolloutDeclared,
)
from holdfast.declare.hosts import Connect, HostDeclared, HostsDeclared, over
from holdfast.declare.loaded import Config, HostEntry, Item, Project
from holdfast.declare.policy import PolicyDeclared
from holdfast.declare.project import EnvironmentDeclared, GatesDeclared, ProjectDeclared
from holdfast.declare.strict import Strict
from holdfast.declare.units import seconds_of

__all__ = [
    "CheckDeclared",
    "Config",
    "ConfigDeclared",
    "Connect",
    "EnvironmentDeclared",
    "GatesDeclared",
    "HandlerDeclared",
    "HostDeclared",
    "HostEntry",
    "HostsDeclared",
    "Item",
    "PolicyDeclared",
    "Project",
    "ProjectDeclared",
    "RolloutDeclared",
    "Strict",
    "over",
    "seconds_of",
]
