// libpq's functions, of which each is found in libpq.so.5 when it is first called: a program that is linked
// so starts where libpq is not installed, and says so once a PostgreSQL warehouse is asked for. Only in
// portable builds; those that are called anywhere in this room are here, or the program does not link.

#include <dlfcn.h>
#include <libpq-fe.h>

#include "net/error.hpp"

namespace {

void* library() {
  static void* const handle = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw diffgate::Error(diffgate::ErrorClass::configuration, "libpq.so.5 is not on this machine",
                          "PostgreSQL", "install it: apt install libpq5, dnf install libpq");
  }
  return handle;
}

template <class Function>
Function* found(const char* name) {
  void* const symbol = ::dlsym(library(), name);
  if (symbol == nullptr) {
    throw diffgate::Error(diffgate::ErrorClass::configuration, std::string("libpq.so.5 has no ") + name,
                          "PostgreSQL", "install a newer libpq");
  }
  return reinterpret_cast<Function*>(symbol);  // what POSIX says of dlsym
}

}  // namespace

// A macro, because a function's name is needed as itself and as a text.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define FORWARD(result, name, parameters, arguments)            \
  extern "C" result name parameters {                           \
    static auto* const function = found<decltype(name)>(#name); \
    return function arguments;                                  \
  }

FORWARD(int, PQlibVersion, (), ())
FORWARD(PGconn*, PQconnectStartParams, (const char* const* keys, const char* const* values, int expand),
        (keys, values, expand))
FORWARD(PostgresPollingStatusType, PQconnectPoll, (PGconn * connection), (connection))
FORWARD(void, PQfinish, (PGconn * connection), (connection))
FORWARD(ConnStatusType, PQstatus, (const PGconn* connection), (connection))
FORWARD(PGTransactionStatusType, PQtransactionStatus, (const PGconn* connection), (connection))
FORWARD(int, PQserverVersion, (const PGconn* connection), (connection))
FORWARD(int, PQsocket, (const PGconn* connection), (connection))
FORWARD(char*, PQerrorMessage, (const PGconn* connection), (connection))
FORWARD(char*, PQhost, (const PGconn* connection), (connection))
FORWARD(char*, PQhostaddr, (const PGconn* connection), (connection))
FORWARD(char*, PQport, (const PGconn* connection), (connection))
FORWARD(char*, PQdb, (const PGconn* connection), (connection))
FORWARD(char*, PQuser, (const PGconn* connection), (connection))
FORWARD(PGVerbosity, PQsetErrorVerbosity, (PGconn * connection, PGVerbosity verbosity),
        (connection, verbosity))
FORWARD(int, PQsetnonblocking, (PGconn * connection, int value), (connection, value))
FORWARD(int, PQsetSingleRowMode, (PGconn * connection), (connection))
FORWARD(int, PQsendQuery, (PGconn * connection, const char* query), (connection, query))
FORWARD(int, PQsendQueryParams,
        (PGconn * connection, const char* command, int count, const Oid* types, const char* const* values,
         const int* lengths, const int* formats, int result_format),
        (connection, command, count, types, values, lengths, formats, result_format))
FORWARD(int, PQflush, (PGconn * connection), (connection))
FORWARD(int, PQisBusy, (PGconn * connection), (connection))
FORWARD(int, PQconsumeInput, (PGconn * connection), (connection))
FORWARD(PGresult*, PQgetResult, (PGconn * connection), (connection))
FORWARD(void, PQclear, (PGresult * rows), (rows))
FORWARD(ExecStatusType, PQresultStatus, (const PGresult* rows), (rows))
FORWARD(char*, PQresultErrorField, (const PGresult* rows, int field), (rows, field))
FORWARD(char*, PQresultErrorMessage, (const PGresult* rows), (rows))
FORWARD(int, PQntuples, (const PGresult* rows), (rows))
FORWARD(int, PQnfields, (const PGresult* rows), (rows))
FORWARD(char*, PQfname, (const PGresult* rows, int column), (rows, column))
FORWARD(Oid, PQftype, (const PGresult* rows, int column), (rows, column))
FORWARD(int, PQgetisnull, (const PGresult* rows, int row, int column), (rows, row, column))
FORWARD(int, PQgetlength, (const PGresult* rows, int row, int column), (rows, row, column))
FORWARD(char*, PQgetvalue, (const PGresult* rows, int row, int column), (rows, row, column))
FORWARD(PGcancel*, PQgetCancel, (PGconn * connection), (connection))
FORWARD(int, PQcancel, (PGcancel * cancel, char* problem, int size), (cancel, problem, size))
FORWARD(void, PQfreeCancel, (PGcancel * cancel), (cancel))
