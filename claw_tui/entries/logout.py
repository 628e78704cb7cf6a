"""`claw logout PROVIDER`: forget the key that `claw login` kept."""

import argparse
import os
import sys

from claw_core.catalog import provider_module
from claw_core.config.keys import forget_keys
from claw_core.config.paths import Paths


def enter(arguments: argparse.Namespace) -> int:
    """Forget the key, and say so; exit status 1 where none was kept."""
    variables = provider_module(arguments.provider).VENDOR.key_variables
    forgotten = forget_keys(variables, Paths.of(os.environ))
    print(f"{', '.join(forgotten)} is forgotten." if forgotten else f"No key is kept for {arguments.provider}.")
    for variable in variables:
        if os.environ.get(variable):
            print(f"{variable} is still set in the environment.", file=sys.stderr)
    return 0 if forgotten else 1
