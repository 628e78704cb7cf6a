"""Hosts: which one an address means, in one spelling. Pure."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit


def host_of(address: str) -> str:
    """The host of an address, as `spelled` writes it; empty where it cannot be told with certainty, since readers
    differ about `\\`, `@`, `%` and numbers."""
    if any(mark in address for mark in "\\@") or any(character <= " " for character in address):
        return ""
    try:
        return spelled(urlsplit(address).hostname or "")
    except ValueError:
        return ""


def is_of_the_web(address: str) -> bool:
    """Whether an address is fetched from a host, and is no file and no text of its own."""
    return address.lower().startswith(("http://", "https://"))


def spelled(host: str) -> str:
    """A host, or a pattern for hosts, in lower case, without the last dot, other alphabets as they are sent (`xn--`).

    Raises ValueError for what is none, and for a number that is no address in its usual form.
    """
    plain = host.lower().removeprefix("[").removesuffix("]").rstrip(".")
    if "%" in plain:
        raise ValueError(host)
    if not plain.isascii():
        plain = plain.encode("idna").decode()
    last = plain.rpartition(".")[2]
    if ":" not in plain and "*" not in plain and (last.isdigit() or last.startswith("0x")):
        return str(IPv4Address(plain))
    if ":" not in plain or "*" in plain:
        return plain
    found = ip_address(plain)
    return str((found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found)
