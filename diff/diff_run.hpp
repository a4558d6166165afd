#pragma once

#include <memory>

#include "diff/table_diff.hpp"
#include "net/error.hpp"

namespace diffgate::diff {

// What was read may be the new table seen through the snapshot of the old one: nothing of it counts.
class TableReplaced : public Error {
 public:
  explicit TableReplaced(const TableDiffRequest& request)
      : Error(ErrorClass::remote_transient, "a table was replaced while it was read",
              request.prod.sql + " or " + request.pr.sql, "run again when nothing builds these tables") {}
};

// Compares by as few statements as the tables allow, all in `session`. Throws what Session does, and
// TableReplaced.
Awaitable<TableDiff> run_diff(const Dialect& dialect, std::unique_ptr<Session> session,
                              TableDiffRequest request);

}  // namespace diffgate::diff
