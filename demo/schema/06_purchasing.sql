-- Purchasing: suppliers, what they offer, what was ordered from them and what arrived.

CREATE TABLE supplier (
    id INTEGER PRIMARY KEY,
    supplier_number VARCHAR(10) NOT NULL,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(120) NOT NULL,
    address_id INTEGER NOT NULL REFERENCES address (id),
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    payment_terms_days INTEGER NOT NULL DEFAULT 30,
    rating INTEGER CHECK (rating BETWEEN 1 AND 5), -- yearly review, 5 is best
    status VARCHAR(10) NOT NULL DEFAULT 'approved'
        CHECK (status IN ('candidate', 'approved', 'blocked')),
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    deleted_at DATETIME, -- soft delete
    UNIQUE (supplier_number)
);

CREATE TABLE supplier_product_variant (
    supplier_id INTEGER NOT NULL REFERENCES supplier (id),
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    supplier_sku VARCHAR(24) NOT NULL, -- the article number at the supplier
    unit_cost NUMERIC(10, 2) NOT NULL CHECK (unit_cost >= 0),
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    lead_time_days INTEGER NOT NULL,
    min_order_quantity INTEGER NOT NULL DEFAULT 1,
    is_preferred BOOLEAN NOT NULL DEFAULT 0 CHECK (is_preferred IN (0, 1)),
    PRIMARY KEY (supplier_id, product_variant_id)
);

CREATE INDEX ix_supplier_product_variant_variant ON supplier_product_variant (product_variant_id);

CREATE TABLE purchase_order (
    id INTEGER PRIMARY KEY,
    order_number VARCHAR(12) NOT NULL,
    supplier_id INTEGER NOT NULL REFERENCES supplier (id),
    warehouse_id INTEGER NOT NULL REFERENCES warehouse (id), -- where the goods are to arrive
    buyer_id INTEGER NOT NULL REFERENCES employee (id),
    status VARCHAR(10) NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'sent', 'partial', 'received', 'cancelled')),
    ordered_on DATE NOT NULL,
    expected_on DATE,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    total_amount NUMERIC(12, 2) NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    UNIQUE (order_number)
);

CREATE INDEX ix_purchase_order_supplier_id ON purchase_order (supplier_id);
CREATE INDEX ix_purchase_order_status ON purchase_order (status);

CREATE TABLE purchase_order_line (
    id INTEGER PRIMARY KEY,
    purchase_order_id INTEGER NOT NULL REFERENCES purchase_order (id) ON DELETE CASCADE,
    line_number INTEGER NOT NULL,
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    quantity_ordered INTEGER NOT NULL CHECK (quantity_ordered > 0),
    quantity_received INTEGER NOT NULL DEFAULT 0 CHECK (quantity_received >= 0),
    unit_cost NUMERIC(10, 2) NOT NULL,
    UNIQUE (purchase_order_id, line_number)
);

CREATE INDEX ix_purchase_order_line_variant ON purchase_order_line (product_variant_id);

CREATE TABLE goods_receipt (
    id INTEGER PRIMARY KEY,
    receipt_number VARCHAR(12) NOT NULL,
    purchase_order_id INTEGER NOT NULL REFERENCES purchase_order (id),
    received_at DATETIME NOT NULL,
    received_by INTEGER NOT NULL REFERENCES employee (id),
    note TEXT,
    UNIQUE (receipt_number)
);

CREATE INDEX ix_goods_receipt_purchase_order_id ON goods_receipt (purchase_order_id);
