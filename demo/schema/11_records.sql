-- Records: files attached to anything, and who changed what.

CREATE TABLE attachment (
    id INTEGER PRIMARY KEY,
    subject_type VARCHAR(16) NOT NULL
        CHECK (subject_type IN ('product', 'ticket', 'purchase_order', 'supplier')),
    subject_id INTEGER NOT NULL, -- id in the table that subject_type names
    file_name VARCHAR(120) NOT NULL,
    media_type VARCHAR(60) NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
    storage_key VARCHAR(80) NOT NULL,
    uploaded_by INTEGER REFERENCES employee (id),
    created_at DATETIME NOT NULL,
    deleted_at DATETIME, -- soft delete
    UNIQUE (storage_key)
);

CREATE INDEX ix_attachment_subject ON attachment (subject_type, subject_id);

CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    employee_id INTEGER NOT NULL, -- no constraint so that the log outlives everything
    action VARCHAR(8) NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
    table_name VARCHAR(40) NOT NULL,
    record_id INTEGER NOT NULL,
    changes JSON, -- column names with old and new value
    logged_at DATETIME NOT NULL
);

CREATE INDEX ix_audit_log_record ON audit_log (table_name, record_id);
