"""`claw login PROVIDER`: keep a key, in the system's keyring or in a file that only its owner can read."""

import argparse
import os
import sys
from getpass import getpass

from claw_core.catalog import provider_module
from claw_core.config.keys import keep_key, system_keyring
from claw_core.config.paths import Paths
from claw_core.error import UsageError


def enter(arguments: argparse.Namespace) -> int:
    """Ask for the key, without showing it, or read it from standard input; keep it, and say where."""
    vendor = provider_module(arguments.provider).VENDOR
    if not vendor.key_variables:
        raise UsageError(f"{vendor.label} takes no key.")
    keyring, why = (None, "") if arguments.file else system_keyring()
    variable = vendor.key_variables[0]
    asked = f"Key for {vendor.label}: "
    key = (getpass(asked) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not key or not (key.isascii() and key.isprintable()):
        raise UsageError("That is no key." if key else "No key was given.", "Nothing was changed.")
    file = keep_key(variable, key, Paths.of(os.environ), keyring)
    where = f"in {file}, readable by you alone" if keyring is None else "in the system's keyring"
    print(f"{variable} is kept {where}.")
    if why:
        print(f"Not in a keyring: {why}.", file=sys.stderr)
    if os.environ.get(variable):
        print(f"{variable} is also set in the environment, which counts first.", file=sys.stderr)
    return 0
