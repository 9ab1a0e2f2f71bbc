"""A small shop's database with everything that trips people up, as SQLite file and snapshot."""

import sqlite3
from contextlib import closing
from pathlib import Path

from catalog.model import Snapshot
from catalog.readers import live

DDL = """
CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    parent_id INTEGER REFERENCES category (id));
CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    category_id INTEGER NOT NULL REFERENCES category (id), unit_price NUMERIC(10, 2) NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT 1, created_at DATETIME NOT NULL);
CREATE TABLE customer (id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE, created_at DATETIME NOT NULL, deleted_at DATETIME);
CREATE TABLE employee (id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    manager_id INTEGER REFERENCES employee (id), hired_on DATE NOT NULL);
CREATE TABLE "order" (id INTEGER PRIMARY KEY, order_number TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    seller_id INTEGER REFERENCES employee (id),
    status TEXT NOT NULL CHECK (status IN ('new', 'paid', 'cancelled')),
    ordered_at DATETIME NOT NULL, currency_code CHAR(3) NOT NULL,
    total_amount NUMERIC(12, 2) NOT NULL, created_at DATETIME NOT NULL);
CREATE TABLE order_line (id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES "order" (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    quantity INTEGER NOT NULL, line_amount NUMERIC(12, 2) NOT NULL);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE product_tag (product_id INTEGER NOT NULL REFERENCES product (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id), PRIMARY KEY (product_id, tag_id));
CREATE TABLE ticket (id INTEGER PRIMARY KEY, subject TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    opened_at DATETIME NOT NULL, resolved_at DATETIME);
CREATE TABLE attachment (id INTEGER PRIMARY KEY,
    subject_type TEXT NOT NULL CHECK (subject_type IN ('product', 'ticket')),
    subject_id INTEGER NOT NULL, file_name TEXT NOT NULL, created_at DATETIME NOT NULL);
CREATE TABLE product_review (id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL
    REFERENCES product (id), customer_id INTEGER NOT NULL, rating INTEGER NOT NULL, body TEXT);
CREATE TABLE CUST_OLD (C_NR INTEGER PRIMARY KEY, NAM1 CHAR(35), KZ_X CHAR(1));
CREATE VIEW v_revenue AS SELECT currency_code, SUM(total_amount) AS revenue FROM "order"
    GROUP BY currency_code;
"""
TABLES = 12
COLUMNS = 56


def build(folder: Path) -> Path:
    """Create the shop's empty database in the folder."""
    path = folder / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DDL)
    return path


def snapshot(folder: Path) -> Snapshot:
    """Return the shop as a reader sees it."""
    return live.read(f"sqlite:///{build(folder)}", allowed_directories=(folder,))
