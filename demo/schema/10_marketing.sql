-- Marketing: campaigns, coupons and the newsletter.

CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    code VARCHAR(16) NOT NULL,
    name VARCHAR(80) NOT NULL,
    channel VARCHAR(10) NOT NULL CHECK (channel IN ('email', 'social', 'search', 'print', 'event')),
    status VARCHAR(10) NOT NULL DEFAULT 'planned'
        CHECK (status IN ('planned', 'running', 'finished', 'cancelled')),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    budget_amount NUMERIC(12, 2) NOT NULL,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    owner_id INTEGER NOT NULL REFERENCES employee (id),
    UNIQUE (code),
    CHECK (ends_on >= starts_on)
);

CREATE TABLE campaign_product (
    campaign_id INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    product_id INTEGER NOT NULL REFERENCES product (id),
    PRIMARY KEY (campaign_id, product_id)
);

CREATE TABLE coupon (
    id INTEGER PRIMARY KEY,
    code VARCHAR(20) NOT NULL, -- what the customer types in
    campaign_id INTEGER REFERENCES campaign (id),
    discount_percent NUMERIC(4, 1) NOT NULL CHECK (discount_percent BETWEEN 0 AND 100),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    max_uses INTEGER, -- empty means no limit
    UNIQUE (code)
);

CREATE TABLE newsletter_subscription (
    id INTEGER PRIMARY KEY,
    email VARCHAR(120) NOT NULL,
    customer_id INTEGER, -- filled in by the mail service where the address is known
    status VARCHAR(12) NOT NULL
        CHECK (status IN ('pending', 'subscribed', 'unsubscribed', 'bounced')),
    source VARCHAR(10) NOT NULL CHECK (source IN ('checkout', 'footer', 'shop', 'event')),
    subscribed_at DATETIME NOT NULL,
    unsubscribed_at DATETIME,
    UNIQUE (email)
);
