-- Warehouse: where goods lie, how many there are, and every movement.

CREATE TABLE warehouse (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES site (id),
    code VARCHAR(8) NOT NULL,
    name VARCHAR(60) NOT NULL,
    UNIQUE (code)
);

CREATE TABLE storage_bin (
    id INTEGER PRIMARY KEY,
    warehouse_id INTEGER NOT NULL REFERENCES warehouse (id),
    code VARCHAR(12) NOT NULL, -- zone, rack and shelf, for example B-03-2
    zone CHAR(1) NOT NULL,
    bin_type VARCHAR(10) NOT NULL CHECK (bin_type IN ('shelf', 'pallet', 'quarantine')),
    UNIQUE (warehouse_id, code)
);

CREATE TABLE stock_level (
    storage_bin_id INTEGER NOT NULL REFERENCES storage_bin (id),
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    quantity_on_hand INTEGER NOT NULL CHECK (quantity_on_hand >= 0),
    quantity_reserved INTEGER NOT NULL DEFAULT 0 CHECK (quantity_reserved >= 0), -- by open orders
    counted_on DATE, -- last stocktaking
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (storage_bin_id, product_variant_id)
);

CREATE INDEX ix_stock_level_product_variant_id ON stock_level (product_variant_id);

CREATE TABLE stock_movement (
    id INTEGER PRIMARY KEY,
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    storage_bin_id INTEGER NOT NULL REFERENCES storage_bin (id),
    movement_type VARCHAR(10) NOT NULL
        CHECK (movement_type IN ('receipt', 'production', 'shipment', 'return', 'adjustment')),
    quantity INTEGER NOT NULL CHECK (quantity <> 0), -- negative when goods leave
    source_type VARCHAR(16)
        CHECK (source_type IN ('goods_receipt', 'work_order', 'shipment', 'product_return')),
    source_id INTEGER, -- id in the table that source_type names
    moved_at DATETIME NOT NULL,
    moved_by INTEGER REFERENCES employee (id),
    CHECK ((source_type IS NULL) = (source_id IS NULL))
);

CREATE INDEX ix_stock_movement_variant ON stock_movement (product_variant_id, moved_at);
CREATE INDEX ix_stock_movement_source ON stock_movement (source_type, source_id);

-- What can still be sold per variant, over all bins.
CREATE VIEW v_stock_availability AS
SELECT
    product_variant.id AS product_variant_id,
    product_variant.sku,
    product.name AS product_name,
    SUM(stock_level.quantity_on_hand) AS quantity_on_hand,
    SUM(stock_level.quantity_on_hand - stock_level.quantity_reserved) AS quantity_available
FROM stock_level
JOIN product_variant ON product_variant.id = stock_level.product_variant_id
JOIN product ON product.id = product_variant.product_id
GROUP BY product_variant.id, product_variant.sku, product.name;
