-- People: departments, employees, contracts, absence and pay.

CREATE TABLE department (
    id INTEGER PRIMARY KEY,
    code VARCHAR(8) NOT NULL,
    name VARCHAR(60) NOT NULL,
    parent_id INTEGER REFERENCES department (id),
    cost_center_id INTEGER NOT NULL REFERENCES cost_center (id),
    UNIQUE (code)
);

CREATE TABLE job_title (
    id INTEGER PRIMARY KEY,
    name VARCHAR(60) NOT NULL,
    pay_grade INTEGER NOT NULL CHECK (pay_grade BETWEEN 1 AND 10),
    is_managerial BOOLEAN NOT NULL DEFAULT 0 CHECK (is_managerial IN (0, 1)),
    UNIQUE (name)
);

CREATE TABLE employee (
    id INTEGER PRIMARY KEY,
    employee_number VARCHAR(10) NOT NULL,
    first_name VARCHAR(40) NOT NULL,
    last_name VARCHAR(40) NOT NULL,
    email VARCHAR(120) NOT NULL,
    phone VARCHAR(30),
    department_id INTEGER NOT NULL REFERENCES department (id),
    job_title_id INTEGER NOT NULL REFERENCES job_title (id),
    site_id INTEGER NOT NULL REFERENCES site (id),
    manager_id INTEGER REFERENCES employee (id), -- empty for the managing director only
    status VARCHAR(10) NOT NULL DEFAULT 'active'
        CHECK (status IN ('active', 'on_leave', 'left')),
    hired_on DATE NOT NULL,
    left_on DATE,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    deleted_at DATETIME, -- soft delete
    UNIQUE (employee_number),
    UNIQUE (email),
    CHECK (left_on IS NULL OR left_on >= hired_on)
);

CREATE INDEX ix_employee_department_id ON employee (department_id);
CREATE INDEX ix_employee_manager_id ON employee (manager_id);

CREATE TABLE employment_contract (
    id INTEGER PRIMARY KEY,
    employee_id INTEGER NOT NULL REFERENCES employee (id),
    contract_type VARCHAR(12) NOT NULL
        CHECK (contract_type IN ('permanent', 'fixed_term', 'apprentice')),
    weekly_hours NUMERIC(4, 1) NOT NULL CHECK (weekly_hours > 0),
    annual_salary NUMERIC(12, 2) NOT NULL CHECK (annual_salary > 0), -- gross
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    starts_on DATE NOT NULL,
    ends_on DATE,
    created_at DATETIME NOT NULL,
    created_by INTEGER REFERENCES employee (id)
);

CREATE INDEX ix_employment_contract_employee_id ON employment_contract (employee_id);

CREATE TABLE leave_type (
    code VARCHAR(12) NOT NULL PRIMARY KEY,
    name VARCHAR(40) NOT NULL,
    is_paid BOOLEAN NOT NULL CHECK (is_paid IN (0, 1)),
    days_per_year INTEGER -- empty where there is no allowance
);

CREATE TABLE leave_request (
    id INTEGER PRIMARY KEY,
    employee_id INTEGER NOT NULL REFERENCES employee (id),
    leave_type_code VARCHAR(12) NOT NULL REFERENCES leave_type (code),
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    working_days INTEGER NOT NULL CHECK (working_days > 0),
    status VARCHAR(10) NOT NULL DEFAULT 'requested'
        CHECK (status IN ('requested', 'approved', 'rejected')),
    decided_by INTEGER REFERENCES employee (id),
    decided_at DATETIME,
    created_at DATETIME NOT NULL,
    CHECK (ends_on >= starts_on)
);

CREATE INDEX ix_leave_request_employee_id ON leave_request (employee_id, starts_on);

CREATE TABLE payslip (
    id INTEGER PRIMARY KEY,
    employee_id INTEGER NOT NULL REFERENCES employee (id),
    pay_month CHAR(7) NOT NULL, -- YYYY-MM
    gross_amount NUMERIC(12, 2) NOT NULL,
    deduction_amount NUMERIC(12, 2) NOT NULL, -- wage tax and social insurance
    net_amount NUMERIC(12, 2) NOT NULL,
    currency_code CHAR(3) NOT NULL REFERENCES currency (code),
    paid_on DATE NOT NULL,
    UNIQUE (employee_id, pay_month)
);
