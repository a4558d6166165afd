#pragma once

// The part of DuckDB's stable C API (duckdb.h, v1.0 and later) that diffgate-duckdb calls, declared here
// because the packages that carry libduckdb.so carry no header. Names, signatures and values are DuckDB's.

#include <cstdint>

extern "C" {

typedef uint64_t idx_t;
typedef struct _duckdb_database* duckdb_database;
typedef struct _duckdb_connection* duckdb_connection;
typedef struct _duckdb_config* duckdb_config;
typedef struct _duckdb_prepared_statement* duckdb_prepared_statement;
typedef struct _duckdb_extracted_statements* duckdb_extracted_statements;
typedef struct _duckdb_data_chunk* duckdb_data_chunk;
typedef struct _duckdb_vector* duckdb_vector;

typedef struct {
  idx_t deprecated_column_count;
  idx_t deprecated_row_count;
  idx_t deprecated_rows_changed;
  void* deprecated_columns;
  char* deprecated_error_message;
  void* internal_data;
} duckdb_result;

// Up to 12 bytes stand in the value itself, longer texts behind a pointer.
typedef struct {
  union {
    struct {
      uint32_t length;
      char prefix[4];
      char* ptr;
    } pointer;
    struct {
      uint32_t length;
      char inlined[12];
    } inlined;
  } value;
} duckdb_string_t;

typedef struct {
  uint64_t lower;
  int64_t upper;
} duckdb_hugeint;

typedef enum { DuckDBSuccess = 0, DuckDBError = 1 } duckdb_state;

typedef enum {
  DUCKDB_TYPE_BOOLEAN = 1,
  DUCKDB_TYPE_TINYINT = 2,
  DUCKDB_TYPE_SMALLINT = 3,
  DUCKDB_TYPE_INTEGER = 4,
  DUCKDB_TYPE_BIGINT = 5,
  DUCKDB_TYPE_UTINYINT = 6,
  DUCKDB_TYPE_USMALLINT = 7,
  DUCKDB_TYPE_UINTEGER = 8,
  DUCKDB_TYPE_UBIGINT = 9,
  DUCKDB_TYPE_FLOAT = 10,
  DUCKDB_TYPE_DOUBLE = 11,
  DUCKDB_TYPE_HUGEINT = 16,
  DUCKDB_TYPE_VARCHAR = 17
} duckdb_type;

typedef enum { DUCKDB_STATEMENT_TYPE_SELECT = 1, DUCKDB_STATEMENT_TYPE_EXPLAIN = 4 } duckdb_statement_type;

typedef enum {
  DUCKDB_ERROR_OUT_OF_RANGE = 1,
  DUCKDB_ERROR_CONVERSION = 2,
  DUCKDB_ERROR_DIVIDE_BY_ZERO = 6,
  DUCKDB_ERROR_CATALOG = 13,
  DUCKDB_ERROR_PARSER = 14,
  DUCKDB_ERROR_SYNTAX = 22,
  DUCKDB_ERROR_BINDER = 24,
  DUCKDB_ERROR_IO = 28,
  DUCKDB_ERROR_INTERRUPT = 29,
  DUCKDB_ERROR_OUT_OF_MEMORY = 33,
  DUCKDB_ERROR_PERMISSION = 34
} duckdb_error_type;

duckdb_state duckdb_create_config(duckdb_config* out_config);
duckdb_state duckdb_set_config(duckdb_config config, const char* name, const char* option);
void duckdb_destroy_config(duckdb_config* config);
duckdb_state duckdb_open_ext(const char* path, duckdb_database* out_database, duckdb_config config,
                             char** out_error);
void duckdb_close(duckdb_database* database);
duckdb_state duckdb_connect(duckdb_database database, duckdb_connection* out_connection);
void duckdb_disconnect(duckdb_connection* connection);
void duckdb_interrupt(duckdb_connection connection);
void duckdb_free(void* ptr);
const char* duckdb_library_version();

duckdb_state duckdb_query(duckdb_connection connection, const char* query, duckdb_result* out_result);
idx_t duckdb_extract_statements(duckdb_connection connection, const char* query,
                                duckdb_extracted_statements* out_extracted_statements);
const char* duckdb_extract_statements_error(duckdb_extracted_statements extracted_statements);
void duckdb_destroy_extracted(duckdb_extracted_statements* extracted_statements);
duckdb_state duckdb_prepare_extracted_statement(duckdb_connection connection,
                                                duckdb_extracted_statements extracted_statements, idx_t index,
                                                duckdb_prepared_statement* out_prepared_statement);
const char* duckdb_prepare_error(duckdb_prepared_statement prepared_statement);
duckdb_statement_type duckdb_prepared_statement_type(duckdb_prepared_statement statement);
duckdb_state duckdb_execute_prepared(duckdb_prepared_statement prepared_statement, duckdb_result* out_result);
void duckdb_destroy_prepare(duckdb_prepared_statement* prepared_statement);

const char* duckdb_result_error(duckdb_result* result);
duckdb_error_type duckdb_result_error_type(duckdb_result* result);
idx_t duckdb_column_count(duckdb_result* result);
const char* duckdb_column_name(duckdb_result* result, idx_t col);
duckdb_type duckdb_column_type(duckdb_result* result, idx_t col);
duckdb_data_chunk duckdb_fetch_chunk(duckdb_result result);
void duckdb_destroy_result(duckdb_result* result);
void duckdb_destroy_data_chunk(duckdb_data_chunk* chunk);
idx_t duckdb_data_chunk_get_size(duckdb_data_chunk chunk);
duckdb_vector duckdb_data_chunk_get_vector(duckdb_data_chunk chunk, idx_t col_idx);
void* duckdb_vector_get_data(duckdb_vector vector);
uint64_t* duckdb_vector_get_validity(duckdb_vector vector);
bool duckdb_validity_row_is_valid(uint64_t* validity, idx_t row);
}
