-- Company: countries, currencies, taxes, addresses and the sites Nordgrat works from.

CREATE TABLE currency (
    code CHAR(3) NOT NULL PRIMARY KEY, -- ISO 4217
    name VARCHAR(40) NOT NULL,
    symbol VARCHAR(4) NOT NULL,
    minor_units INTEGER NOT NULL DEFAULT 2 -- digits after the decimal point
);

CREATE TABLE country (
    code CHAR(2) NOT NULL PRIMARY KEY, -- ISO 3166-1 alpha-2
    name VARCHAR(60) NOT NULL,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    is_eu_member BOOLEAN NOT NULL DEFAULT 0 CHECK (is_eu_member IN (0, 1)),
    UNIQUE (name)
);

CREATE TABLE exchange_rate (
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    valid_on DATE NOT NULL, -- first day of the month the rate applies to
    rate_to_eur NUMERIC(12, 6) NOT NULL CHECK (rate_to_eur > 0), -- one unit of the currency in EUR
    source VARCHAR(20) NOT NULL DEFAULT 'ECB',
    PRIMARY KEY (currency_code, valid_on)
);

CREATE TABLE tax_rate (
    id INTEGER PRIMARY KEY,
    country_code CHAR(2) NOT NULL REFERENCES country (code),
    tax_class VARCHAR(10) NOT NULL
        CHECK (tax_class IN ('standard', 'reduced')),
    rate_percent NUMERIC(5, 2) NOT NULL CHECK (rate_percent BETWEEN 0 AND 100),
    valid_from DATE NOT NULL,
    valid_to DATE,
    UNIQUE (country_code, tax_class, valid_from)
);

CREATE TABLE address (
    id INTEGER PRIMARY KEY,
    line1 VARCHAR(80) NOT NULL,
    line2 VARCHAR(80),
    postal_code VARCHAR(12) NOT NULL,
    city VARCHAR(60) NOT NULL,
    region VARCHAR(60),
    country_code CHAR(2) NOT NULL REFERENCES country (code)
);

CREATE INDEX ix_address_postal_code ON address (country_code, postal_code);

CREATE TABLE site (
    id INTEGER PRIMARY KEY,
    code VARCHAR(8) NOT NULL,
    name VARCHAR(60) NOT NULL,
    site_type VARCHAR(12) NOT NULL
        CHECK (site_type IN ('office', 'shop', 'warehouse', 'workshop')),
    address_id INTEGER NOT NULL REFERENCES address (id),
    opened_on DATE NOT NULL,
    closed_on DATE,
    UNIQUE (code)
);
