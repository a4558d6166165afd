#include "app/report/annotation_lines.hpp"

#include <doctest/doctest.h>

using namespace diffgate::app;

TEST_CASE("a column is found where the last select defines it") {
  const char* sql =
      "with raw as (\n"
      "  select id, amount from {{ ref('payments') }}\n"
      ")\n"
      "select\n"
      "  id,\n"
      "  amount / 100.0 as Amount, -- in euros, not amount\n"
      "  \"order total\" as \"total\",\r\n"
      "  sum(x) as subtotal\n"
      "from raw\n";
  CHECK(line_in_sql(sql, "id") == 5);
  CHECK(line_in_sql(sql, "AMOUNT") == 6);
  CHECK(line_in_sql(sql, "total") == 7);
  CHECK(line_in_sql(sql, "subtotal") == 8);
  CHECK(line_in_sql(sql, "unknown") == 1);
  CHECK(line_in_sql(sql, "") == 1);
  CHECK(line_in_sql("", "id") == 1);
  CHECK(line_in_sql("id", "id") == 1);
}

TEST_CASE("a model and its columns are found in their YAML file") {
  const std::string yaml =
      "version: 2\n"
      "models:\n"
      "  - name: orders\n"
      "    columns:\n"
      "      - name: id\n"
      "        data_tests: [unique]\n"
      "      - description: how much\n"
      "        name: amount\n"
      "  - {name: customers}\n"
      "seeds:\n"
      "  - name: regions\n";
  CHECK(line_in_yaml(yaml, "orders", "") == 3);
  CHECK(line_in_yaml(yaml, "orders", "id") == 5);
  CHECK(line_in_yaml(yaml, "orders", "amount") == 8);
  CHECK(line_in_yaml(yaml, "orders", "unlisted") == 3);
  CHECK(line_in_yaml(yaml, "customers", "id") == 9);
  CHECK(line_in_yaml(yaml, "regions", "") == 11);
  CHECK(line_in_yaml(yaml, "nobody", "") == 1);
  CHECK(line_in_yaml("models: [", "orders", "") == 1);
  CHECK(line_in_yaml("models: orders", "orders", "") == 1);
  CHECK(line_in_yaml("models: [{columns: [name]}, {name: [orders]}]", "orders", "") == 1);
}
