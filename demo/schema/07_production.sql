-- Production: materials, what a product is made of, and the workshop's orders.

CREATE TABLE material (
    id INTEGER PRIMARY KEY,
    code VARCHAR(12) NOT NULL,
    name VARCHAR(80) NOT NULL,
    unit VARCHAR(6) NOT NULL CHECK (unit IN ('m', 'm2', 'kg', 'piece')),
    unit_cost NUMERIC(10, 4) NOT NULL CHECK (unit_cost >= 0),
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    supplier_id INTEGER NOT NULL REFERENCES supplier (id),
    reorder_level NUMERIC(10, 2) NOT NULL DEFAULT 0, -- reorder when less is left
    UNIQUE (code)
);

CREATE TABLE bill_of_material (
    product_id INTEGER NOT NULL REFERENCES product (id),
    material_id INTEGER NOT NULL REFERENCES material (id),
    quantity NUMERIC(10, 3) NOT NULL CHECK (quantity > 0), -- per piece, in the unit of the material
    waste_percent NUMERIC(4, 1) NOT NULL DEFAULT 0,
    PRIMARY KEY (product_id, material_id)
);

CREATE TABLE work_order (
    id INTEGER PRIMARY KEY,
    order_number VARCHAR(12) NOT NULL,
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    site_id INTEGER NOT NULL REFERENCES site (id), -- the workshop
    supervisor_id INTEGER NOT NULL REFERENCES employee (id),
    status VARCHAR(12) NOT NULL DEFAULT 'planned'
        CHECK (status IN ('planned', 'in_progress', 'completed', 'cancelled')),
    quantity_planned INTEGER NOT NULL CHECK (quantity_planned > 0),
    quantity_completed INTEGER NOT NULL DEFAULT 0,
    planned_start_on DATE NOT NULL,
    completed_on DATE,
    UNIQUE (order_number)
);

CREATE INDEX ix_work_order_product_variant_id ON work_order (product_variant_id);
CREATE INDEX ix_work_order_status ON work_order (status, planned_start_on);
