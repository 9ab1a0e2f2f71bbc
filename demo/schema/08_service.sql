-- Service desk: tickets of customers and warranty claims.

CREATE TABLE ticket_category (
    id INTEGER PRIMARY KEY,
    name VARCHAR(40) NOT NULL,
    default_priority VARCHAR(8) NOT NULL
        CHECK (default_priority IN ('low', 'normal', 'high', 'urgent')),
    response_hours INTEGER NOT NULL, -- promised time to the first response
    UNIQUE (name)
);

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    ticket_number VARCHAR(12) NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    sales_order_id INTEGER REFERENCES sales_order (id),
    ticket_category_id INTEGER NOT NULL REFERENCES ticket_category (id),
    agent_id INTEGER REFERENCES employee (id), -- empty while nobody has taken it
    channel VARCHAR(8) NOT NULL CHECK (channel IN ('email', 'phone', 'chat', 'shop')),
    subject VARCHAR(120) NOT NULL,
    priority VARCHAR(8) NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    status VARCHAR(10) NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'open', 'waiting', 'resolved', 'closed')),
    opened_at DATETIME NOT NULL,
    first_response_at DATETIME,
    resolved_at DATETIME,
    satisfaction_score INTEGER CHECK (satisfaction_score BETWEEN 1 AND 5),
    updated_at DATETIME NOT NULL,
    UNIQUE (ticket_number)
);

CREATE INDEX ix_ticket_agent_status ON ticket (agent_id, status);
CREATE INDEX ix_ticket_customer_id ON ticket (customer_id);

CREATE TABLE ticket_comment (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    employee_id INTEGER REFERENCES employee (id), -- empty when the customer wrote it
    body TEXT NOT NULL,
    is_internal BOOLEAN NOT NULL DEFAULT 0 CHECK (is_internal IN (0, 1)), -- hidden from the customer
    created_at DATETIME NOT NULL
);

CREATE INDEX ix_ticket_comment_ticket_id ON ticket_comment (ticket_id, created_at);

CREATE TABLE warranty_claim (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id),
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    fault VARCHAR(80) NOT NULL,
    status VARCHAR(10) NOT NULL DEFAULT 'submitted'
        CHECK (status IN ('submitted', 'repaired', 'replaced', 'refused')),
    repair_cost NUMERIC(10, 2) NOT NULL DEFAULT 0,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    decided_on DATE,
    UNIQUE (ticket_id)
);
