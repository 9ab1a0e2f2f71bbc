-- Products: what Nordgrat makes and sells, in which variants and at which prices.

CREATE TABLE brand (
    id INTEGER PRIMARY KEY,
    name VARCHAR(60) NOT NULL,
    country_code CHAR(2) NOT NULL REFERENCES country (code),
    is_own_brand BOOLEAN NOT NULL DEFAULT 0 CHECK (is_own_brand IN (0, 1)),
    UNIQUE (name)
);

CREATE TABLE category (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES category (id),
    name VARCHAR(60) NOT NULL,
    slug VARCHAR(60) NOT NULL, -- last part of the page address in the web shop
    sort_order INTEGER NOT NULL DEFAULT 0,
    UNIQUE (slug)
);

CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    code VARCHAR(12) NOT NULL,
    name VARCHAR(80) NOT NULL,
    description TEXT,
    category_id INTEGER NOT NULL REFERENCES category (id),
    brand_id INTEGER NOT NULL REFERENCES brand (id),
    status VARCHAR(14) NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'active', 'discontinued')),
    warranty_months INTEGER NOT NULL DEFAULT 24,
    launched_on DATE,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    created_by INTEGER REFERENCES employee (id),
    deleted_at DATETIME, -- soft delete
    UNIQUE (code)
);

CREATE INDEX ix_product_category_id ON product (category_id);
CREATE INDEX ix_product_brand_id ON product (brand_id);

CREATE TABLE product_variant (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES product (id),
    sku VARCHAR(24) NOT NULL, -- stock keeping unit
    ean CHAR(13), -- bar code
    color VARCHAR(24),
    size VARCHAR(12),
    weight_grams INTEGER NOT NULL CHECK (weight_grams > 0),
    is_active BOOLEAN NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    UNIQUE (sku),
    UNIQUE (ean)
);

CREATE INDEX ix_product_variant_product_id ON product_variant (product_id);

CREATE TABLE price_list (
    id INTEGER PRIMARY KEY,
    code VARCHAR(16) NOT NULL,
    name VARCHAR(60) NOT NULL,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    channel VARCHAR(10) NOT NULL CHECK (channel IN ('retail', 'wholesale')),
    valid_from DATE NOT NULL,
    valid_to DATE,
    UNIQUE (code)
);

CREATE TABLE price_list_item (
    price_list_id INTEGER NOT NULL REFERENCES price_list (id),
    product_variant_id INTEGER NOT NULL REFERENCES product_variant (id),
    min_quantity INTEGER NOT NULL DEFAULT 1 CHECK (min_quantity > 0),
    unit_price NUMERIC(10, 2) NOT NULL CHECK (unit_price >= 0), -- without tax
    PRIMARY KEY (price_list_id, product_variant_id, min_quantity)
);

CREATE INDEX ix_price_list_item_product_variant_id ON price_list_item (product_variant_id);

CREATE TABLE product_review (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES product (id),
    customer_id INTEGER NOT NULL, -- arrives from the review service
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title VARCHAR(80) NOT NULL,
    body TEXT,
    status VARCHAR(10) NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'published', 'rejected')),
    created_at DATETIME NOT NULL
);

CREATE INDEX ix_product_review_product_id ON product_review (product_id);
