-- Finance: invoices and the general ledger.

CREATE TABLE cost_center (
    id INTEGER PRIMARY KEY,
    code VARCHAR(8) NOT NULL,
    name VARCHAR(60) NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    UNIQUE (code)
);

CREATE TABLE ledger_account (
    id INTEGER PRIMARY KEY,
    account_number VARCHAR(8) NOT NULL,
    name VARCHAR(60) NOT NULL,
    account_type VARCHAR(10) NOT NULL
        CHECK (account_type IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
    parent_id INTEGER REFERENCES ledger_account (id),
    is_active BOOLEAN NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    UNIQUE (account_number)
);

CREATE TABLE invoice (
    id INTEGER PRIMARY KEY,
    invoice_number VARCHAR(14) NOT NULL,
    sales_order_id INTEGER NOT NULL REFERENCES sales_order (id),
    status VARCHAR(8) NOT NULL CHECK (status IN ('open', 'paid', 'overdue')),
    issued_on DATE NOT NULL,
    due_on DATE NOT NULL,
    paid_on DATE,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    net_amount NUMERIC(12, 2) NOT NULL,
    tax_amount NUMERIC(12, 2) NOT NULL,
    total_amount NUMERIC(12, 2) NOT NULL,
    created_at DATETIME NOT NULL,
    UNIQUE (invoice_number),
    UNIQUE (sales_order_id)
);

CREATE INDEX ix_invoice_status ON invoice (status, due_on);

CREATE TABLE journal_entry (
    id INTEGER PRIMARY KEY,
    entry_number VARCHAR(12) NOT NULL,
    posted_on DATE NOT NULL, -- from 2025-07-01 on; older entries are not kept here
    description VARCHAR(120) NOT NULL,
    document_type VARCHAR(14) NOT NULL
        CHECK (document_type IN ('invoice', 'goods_receipt')),
    document_id INTEGER NOT NULL, -- id in the table that document_type names
    created_at DATETIME NOT NULL,
    created_by INTEGER REFERENCES employee (id),
    UNIQUE (entry_number)
);

CREATE INDEX ix_journal_entry_posted_on ON journal_entry (posted_on);
CREATE INDEX ix_journal_entry_document ON journal_entry (document_type, document_id);

CREATE TABLE journal_line (
    id INTEGER PRIMARY KEY,
    journal_entry_id INTEGER NOT NULL REFERENCES journal_entry (id) ON DELETE CASCADE,
    line_number INTEGER NOT NULL,
    ledger_account_id INTEGER NOT NULL REFERENCES ledger_account (id),
    cost_center_id INTEGER REFERENCES cost_center (id), -- for revenue and expense only
    debit_amount NUMERIC(14, 2) NOT NULL DEFAULT 0,
    credit_amount NUMERIC(14, 2) NOT NULL DEFAULT 0,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    UNIQUE (journal_entry_id, line_number),
    CHECK ((debit_amount = 0) <> (credit_amount = 0))
);

CREATE INDEX ix_journal_line_ledger_account_id ON journal_line (ledger_account_id);
