-- Legacy: the customer master of the system that was switched off, kept for its numbers.

CREATE TABLE TBL_KNDSTM_OLD (
    KD_NR INTEGER NOT NULL PRIMARY KEY,
    NAM1 CHAR(35) NOT NULL,
    NAM2 CHAR(35),
    STR CHAR(35),
    LKZ CHAR(3),
    PLZ CHAR(10),
    ORT CHAR(35),
    TEL CHAR(25),
    WKZ CHAR(3),
    KRLIM DECIMAL(11, 2),
    KZ_SPERR CHAR(1) DEFAULT 'N' CHECK (KZ_SPERR IN ('J', 'N')),
    VTR_NR SMALLINT,
    DAT_ANL CHAR(8), -- JJJJMMTT
    DAT_AEND CHAR(8)
);

CREATE INDEX IDX_KNDSTM_01 ON TBL_KNDSTM_OLD (NAM1);
