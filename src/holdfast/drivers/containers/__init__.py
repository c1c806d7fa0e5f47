"""Containers of jobs by podman or docker, whichever the machine has."""

from holdfast.drivers.containers.client import Client, find_client, own_environment
from holdfast.drivers.containers.podlike import PodlikeContainers

__all__ = ["Client", "PodlikeContainers", "find_client", "own_environment"]
