-- Sales: customers and their orders in the web shop, in the shops and by wholesale.

CREATE TABLE customer_segment (
    id INTEGER PRIMARY KEY,
    code VARCHAR(12) NOT NULL,
    name VARCHAR(40) NOT NULL,
    discount_percent NUMERIC(4, 1) NOT NULL DEFAULT 0,
    UNIQUE (code)
);

CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    customer_number VARCHAR(10) NOT NULL,
    customer_type VARCHAR(8) NOT NULL CHECK (customer_type IN ('person', 'company')),
    first_name VARCHAR(40),
    last_name VARCHAR(40),
    company_name VARCHAR(80),
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(30),
    customer_segment_id INTEGER NOT NULL REFERENCES customer_segment (id),
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    legacy_customer_number INTEGER, -- KD_NR in TBL_KNDSTM_OLD for customers of the old system
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    deleted_at DATETIME, -- soft delete
    UNIQUE (customer_number),
    CHECK (last_name IS NOT NULL OR company_name IS NOT NULL)
);

CREATE UNIQUE INDEX ux_customer_email_live ON customer (email) WHERE deleted_at IS NULL;
CREATE INDEX ix_customer_last_name ON customer (last_name, first_name);

CREATE TABLE customer_address (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    address_id INTEGER NOT NULL REFERENCES address (id),
    address_type VARCHAR(8) NOT NULL CHECK (address_type IN ('billing', 'shipping')),
    is_default BOOLEAN NOT NULL DEFAULT 1 CHECK (is_default IN (0, 1)),
    PRIMARY KEY (customer_id, address_id, address_type)
);

CREATE TABLE sales_order (
    id INTEGER PRIMARY KEY,
    order_number VARCHAR(12) NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    channel VARCHAR(10) NOT NULL CHECK (channel IN ('web', 'shop', 'wholesale')),
    site_id INTEGER REFERENCES site (id), -- the shop, for orders placed in one
    sales_rep_id INTEGER REFERENCES employee (id), -- empty for web orders
    coupon_id INTEGER REFERENCES coupon (id),
    status VARCHAR(10) NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'confirmed', 'shipped', 'completed', 'cancelled')),
    ordered_at DATETIME NOT NULL,
    billing_address_id INTEGER NOT NULL REFERENCES address (id),
    shipping_address_id INTEGER REFERENCES address (id), -- empty when taken home from a shop
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    subtotal_amount NUMERIC(12, 2) NOT NULL, -- sum of the lines, without tax
    discount_amount NUMERIC(12, 2) NOT NULL DEFAULT 0, -- from the coupon
    shipping_amount NUMERIC(12, 2) NOT NULL DEFAULT 0,
    tax_amount NUMERIC(12, 2) NOT NULL,
    total_amount NUMERIC(12, 2) NOT NULL, -- subtotal - discount + shipping + tax
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    created_by INTEGER REFERENCES employee (id), -- empty when the customer placed it
    UNIQUE (order_number)
);

CREATE INDEX ix_sales_order_customer_id ON sales_order (customer_id);
CREATE INDEX ix_sales_order_ordered_at ON sales_order (ordered_at);
CREATE INDEX ix_sales_order_open ON sales_order (status) WHERE status IN ('new', 'confirmed');

CREATE TABLE sales_order_line (
    id INTEGER PRIMARY KEY,
    sales_order_id INTEGER NOT NULL REFERENCES sales_order (id) ON DELETE CASCADE,
    line_number INTEGER NOT NULL,
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price NUMERIC(10, 2) NOT NULL,
    discount_percent NUMERIC(4, 1) NOT NULL DEFAULT 0, -- from the customer segment
    tax_rate_id INTEGER NOT NULL REFERENCES tax_rate (id),
    line_amount NUMERIC(12, 2) NOT NULL, -- after discount, without tax
    UNIQUE (sales_order_id, line_number)
);

CREATE INDEX ix_sales_order_line_product_variant_id ON sales_order_line (product_variant_id);

CREATE TABLE payment_method (
    code VARCHAR(12) NOT NULL PRIMARY KEY,
    name VARCHAR(40) NOT NULL,
    is_online BOOLEAN NOT NULL CHECK (is_online IN (0, 1)),
    is_active BOOLEAN NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))
);

CREATE TABLE payment (
    id INTEGER PRIMARY KEY,
    sales_order_id INTEGER NOT NULL REFERENCES sales_order (id),
    payment_method_code VARCHAR(12) NOT NULL REFERENCES payment_method (code),
    status VARCHAR(10) NOT NULL
        CHECK (status IN ('pending', 'captured', 'failed', 'refunded')),
    amount NUMERIC(12, 2) NOT NULL,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    provider_reference VARCHAR(40), -- id at the payment provider
    paid_at DATETIME,
    created_at DATETIME NOT NULL,
    UNIQUE (provider_reference)
);

CREATE INDEX ix_payment_sales_order_id ON payment (sales_order_id);

CREATE TABLE carrier (
    id INTEGER PRIMARY KEY,
    code VARCHAR(12) NOT NULL,
    name VARCHAR(40) NOT NULL,
    tracking_url_template VARCHAR(120), -- {number} stands for the tracking number
    UNIQUE (code)
);

CREATE TABLE shipment (
    id INTEGER PRIMARY KEY,
    shipment_number VARCHAR(12) NOT NULL,
    sales_order_id INTEGER NOT NULL REFERENCES sales_order (id),
    carrier_id INTEGER NOT NULL REFERENCES carrier (id),
    warehouse_id INTEGER NOT NULL REFERENCES warehouse (id),
    status VARCHAR(10) NOT NULL
        CHECK (status IN ('in_transit', 'delivered', 'lost')),
    tracking_number VARCHAR(30),
    shipped_at DATETIME NOT NULL,
    delivered_at DATETIME,
    created_at DATETIME NOT NULL,
    UNIQUE (shipment_number)
);

CREATE INDEX ix_shipment_sales_order_id ON shipment (sales_order_id);

CREATE TABLE shipment_line (
    shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
    sales_order_line_id INTEGER NOT NULL REFERENCES sales_order_line (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment_id, sales_order_line_id)
);

CREATE TABLE product_return (
    id INTEGER PRIMARY KEY,
    return_number VARCHAR(12) NOT NULL,
    sales_order_line_id INTEGER NOT NULL REFERENCES sales_order_line (id),
    reason_code VARCHAR(14) NOT NULL
        CHECK (reason_code IN ('wrong_size', 'not_as_shown', 'defective', 'changed_mind')),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    status VARCHAR(10) NOT NULL
        CHECK (status IN ('announced', 'received', 'refunded', 'rejected')),
    refund_amount NUMERIC(12, 2) NOT NULL DEFAULT 0,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    requested_at DATETIME NOT NULL,
    closed_at DATETIME,
    UNIQUE (return_number)
);

CREATE INDEX ix_product_return_sales_order_line_id ON product_return (sales_order_line_id);

-- What was ordered per month and currency, without cancelled orders.
CREATE VIEW v_monthly_revenue AS
SELECT
    strftime('%Y-%m', ordered_at) AS order_month,
    currency_code,
    channel,
    COUNT(*) AS order_count,
    ROUND(SUM(total_amount - tax_amount), 2) AS net_revenue,
    ROUND(SUM(total_amount), 2) AS gross_revenue
FROM sales_order
WHERE status <> 'cancelled'
GROUP BY order_month, currency_code, channel;
