#pragma once

// Debian keeps the header in a folder of its own, other systems directly in the include path.
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

// The names of an error's fields are character literals, which Swift does not import.
static const int cpostgres_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int cpostgres_sqlstate = PG_DIAG_SQLSTATE;
static const int cpostgres_schema = PG_DIAG_SCHEMA_NAME;
static const int cpostgres_table = PG_DIAG_TABLE_NAME;
static const int cpostgres_column = PG_DIAG_COLUMN_NAME;
static const int cpostgres_constraint = PG_DIAG_CONSTRAINT_NAME;
