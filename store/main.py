"""Brings DATABASE_URL to the newest form: `python -m store.main`."""

import argparse
import sys

from contract import logs
from contract.settings import SharedSettings
from store import database, upgrade


def run() -> int:
    """Migrate, and return the exit code."""
    settings = SharedSettings()
    logs.configure(process="migrate", level=settings.log_level, form=settings.log_format)
    try:
        opened = database.connect(settings.store_url)
    except database.UnsupportedDatabaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    upgrade.to_head(opened)
    opened.close()
    return 0


if __name__ == "__main__":
    # Whoever asks for help, or mistypes, wants no migration.
    argparse.ArgumentParser(prog="python -m store.main", description=__doc__).parse_args()
    sys.exit(run())
