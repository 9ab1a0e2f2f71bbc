"""Command: `python -m demo.main PATH` creates the demo database, replacing what is there."""

import argparse
import pathlib

from demo import database

parser = argparse.ArgumentParser(
    prog="python -m demo.main", description="Create the demo database."
)
parser.add_argument("path", type=pathlib.Path, help="the file to create or replace")
database.build(parser.parse_args().path)
