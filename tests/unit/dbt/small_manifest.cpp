#include "small_manifest.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace diffgate::dbt {
namespace {

// customers_raw (seed) → stg_customers → customers; shop.orders (source) → stg_orders → orders → customers.
constexpr std::string_view kManifest = R"json({
  "metadata": {
    "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
    "dbt_version": "1.12.0", "adapter_type": "duckdb", "project_name": "shop",
    "project_id": "a6ca60a1c1a2ac1fc21c4d7ad0ad3c2c", "generated_at": "2026-08-01T00:00:00Z",
    "env": {"GIT_SHA": "0123abc"}
  },
  "nodes": {
    "seed.shop.customers_raw": {
      "resource_type": "seed", "name": "customers_raw", "package_name": "shop", "fqn": ["shop", "customers_raw"],
      "database": "dev", "schema": "main", "alias": "customers_raw", "path": "customers_raw.csv",
      "original_file_path": "seeds/customers_raw.csv", "root_path": "/project", "patch_path": null,
      "relation_name": "\"dev\".\"main\".\"customers_raw\"",
      "checksum": {"name": "sha256", "checksum": "aaaa"}, "raw_code": "", "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "seed", "meta": {}, "tags": [], "persist_docs": {}},
      "unrendered_config": {"quote_columns": false}, "tags": [], "meta": {},
      "depends_on": {"macros": []}
    },
    "model.shop.stg_customers": {
      "resource_type": "model", "name": "stg_customers", "package_name": "shop",
      "fqn": ["shop", "staging", "stg_customers"], "database": "dev", "schema": "main", "alias": "stg_customers",
      "path": "staging/stg_customers.sql", "original_file_path": "models/staging/stg_customers.sql",
      "patch_path": "shop://models/schema.yml", "relation_name": "\"dev\".\"main\".\"stg_customers\"",
      "checksum": {"name": "sha256", "checksum": "bbbb"}, "language": "sql",
      "raw_code": "select {{ clean('id') }} as customer_id from {{ ref('customers_raw') }}",
      "compiled_code": "select trim(id) as customer_id from customers_raw",
      "description": "staged", "created_at": 1.5, "version": null, "latest_version": null, "access": "protected",
      "deprecation_date": null, "group": null, "docs": {"show": true}, "constraints": [], "primary_key": [],
      "columns": {
        "customer_id": {"name": "customer_id", "description": "the id", "meta": {}, "tags": [], "constraints": []},
        "name": {"name": "name", "description": "", "meta": {}, "tags": [], "constraints": []}
      },
      "config": {"enabled": true, "materialized": "view", "meta": {}, "tags": ["nightly"], "persist_docs": {},
                 "contract": {"enforced": false}, "unique_key": null},
      "unrendered_config": {"materialized": "view", "tags": ["nightly"], "lookback": 1, "packages": ["a", "b"],
                            "grants": {"select": ["x"], "insert": ["y"]}, "pre-hook": "select 1"},
      "contract": {"enforced": false, "checksum": null}, "tags": ["nightly"], "meta": {},
      "refs": [{"name": "customers_raw", "package": null, "version": null}],
      "depends_on": {"macros": ["macro.shop.clean"], "nodes": ["seed.shop.customers_raw"]}
    },
    "model.shop.stg_orders": {
      "resource_type": "model", "name": "stg_orders", "package_name": "shop",
      "fqn": ["shop", "staging", "stg_orders"], "database": "dev", "schema": "main", "alias": "stg_orders",
      "original_file_path": "models/staging/stg_orders.sql", "patch_path": null,
      "relation_name": null, "checksum": {"name": "sha256", "checksum": "cccc"},
      "raw_code": "select * from {{ source('shop', 'orders') }}", "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "ephemeral", "meta": {}, "tags": [], "persist_docs": {}},
      "unrendered_config": {"materialized": "ephemeral"}, "contract": {"enforced": false, "checksum": null},
      "tags": [], "meta": {}, "depends_on": {"macros": [], "nodes": ["source.shop.shop.orders"]}
    },
    "model.shop.orders": {
      "resource_type": "model", "name": "orders", "package_name": "shop", "fqn": ["shop", "marts", "orders"],
      "database": "dev", "schema": "main", "alias": "orders",
      "original_file_path": "models/marts/orders.sql", "patch_path": "shop://models/schema.yml",
      "relation_name": "\"dev\".\"main\".\"orders\"", "checksum": {"name": "sha256", "checksum": "dddd"},
      "raw_code": "select * from {{ ref('stg_orders') }}", "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "incremental", "unique_key": "order_id", "meta": {}, "tags": [],
                 "persist_docs": {}},
      "unrendered_config": {"materialized": "incremental", "unique_key": "order_id"},
      "contract": {"enforced": false, "checksum": null}, "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": ["model.shop.stg_orders"]}
    },
    "model.shop.customers": {
      "resource_type": "model", "name": "customers", "package_name": "shop", "fqn": ["shop", "marts", "customers"],
      "database": "dev", "schema": "main", "alias": "customers",
      "original_file_path": "models/marts/customers.sql", "patch_path": "shop://models/schema.yml",
      "relation_name": "\"dev\".\"main\".\"customers\"", "checksum": {"name": "sha256", "checksum": "eeee"},
      "raw_code": "select * from {{ ref('stg_customers') }} join {{ ref('orders') }} using (customer_id)",
      "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "table", "meta": {}, "tags": [], "persist_docs": {}},
      "unrendered_config": {"materialized": "table"}, "contract": {"enforced": false, "checksum": null},
      "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": ["model.shop.stg_customers", "model.shop.orders"]}
    },
    "test.shop.unique_stg_customers_customer_id.c7614daada": {
      "resource_type": "test", "name": "unique_stg_customers_customer_id", "package_name": "shop",
      "fqn": ["shop", "staging", "unique_stg_customers_customer_id"], "database": "dev", "schema": "audit",
      "alias": "unique_stg_customers_customer_id", "original_file_path": "models/schema.yml", "patch_path": null,
      "relation_name": null, "checksum": {"name": "none", "checksum": ""},
      "raw_code": "{{ test_unique(**_dbt_generic_test_kwargs) }}", "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "test", "severity": "ERROR", "tags": [], "meta": {}},
      "unrendered_config": {}, "tags": [], "meta": {}, "column_name": "customer_id",
      "attached_node": "model.shop.stg_customers",
      "test_metadata": {"name": "unique", "namespace": null,
                        "kwargs": {"column_name": "customer_id", "model": "{{ get_where_subquery(ref('stg_customers')) }}"}},
      "depends_on": {"macros": ["macro.dbt.test_unique"], "nodes": ["model.shop.stg_customers"]}
    },
    "test.shop.no_negative": {
      "resource_type": "test", "name": "no_negative", "package_name": "shop", "fqn": ["shop", "no_negative"],
      "database": "dev", "schema": "audit", "alias": "no_negative", "original_file_path": "tests/no_negative.sql",
      "checksum": {"name": "sha256", "checksum": "ffff"}, "raw_code": "select * from {{ ref('orders') }} where amount < 0",
      "description": "", "columns": {}, "config": {"enabled": true, "materialized": "test", "severity": "warn"},
      "unrendered_config": {"severity": "warn"}, "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": ["model.shop.orders"]}
    },
    "snapshot.shop.customers_snapshot": {
      "resource_type": "snapshot", "name": "customers_snapshot", "package_name": "shop",
      "fqn": ["shop", "customers_snapshot"], "database": "dev", "schema": "main", "alias": "customers_snapshot",
      "original_file_path": "snapshots/snap.sql", "relation_name": "\"dev\".\"main\".\"customers_snapshot\"",
      "checksum": {"name": "sha256", "checksum": "1111"}, "raw_code": "select * from {{ ref('customers_raw') }}",
      "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "snapshot", "unique_key": "id", "persist_docs": {}},
      "unrendered_config": {"unique_key": "id", "strategy": "check"}, "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": ["seed.shop.customers_raw"]}
    },
    "analysis.shop.look": {
      "resource_type": "analysis", "name": "look", "package_name": "shop", "fqn": ["shop", "analysis", "look"],
      "database": "dev", "schema": "main", "alias": "look", "original_file_path": "analyses/look.sql",
      "checksum": {"name": "sha256", "checksum": "2222"}, "raw_code": "select 1", "description": "", "columns": {},
      "config": {"enabled": true, "materialized": "view"}, "unrendered_config": {}, "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": []}
    }
  },
  "sources": {
    "source.shop.shop.orders": {
      "resource_type": "source", "name": "orders", "source_name": "shop", "package_name": "shop",
      "fqn": ["shop", "staging", "shop", "orders"], "database": "raw", "schema": "shop_dev", "identifier": "orders",
      "path": "models/schema.yml", "original_file_path": "models/schema.yml", "loader": "fivetran",
      "quoting": {"database": null, "schema": null, "identifier": null, "column": null},
      "freshness": {"warn_after": {"count": 12, "period": "hour"}, "error_after": {"count": null, "period": null}},
      "loaded_at_field": "loaded_at", "loaded_at_query": null, "external": null, "description": "", "columns": {},
      "source_meta": {}, "tags": [], "meta": {}, "config": {"enabled": true}, "unrendered_config": {},
      "relation_name": "\"raw\".\"shop_dev\".\"orders\"", "unrendered_database": "raw",
      "unrendered_schema": "{{ 'shop_' ~ target.name }}"
    }
  },
  "exposures": {
    "exposure.shop.dashboard": {
      "resource_type": "exposure", "name": "dashboard", "package_name": "shop", "fqn": ["shop", "dashboard"],
      "path": "schema.yml", "original_file_path": "models/schema.yml", "type": "dashboard",
      "owner": {"email": "dana@example.com", "name": "Dana"}, "maturity": "high", "url": "https://example.com/d",
      "description": "", "label": null, "config": {"enabled": true}, "unrendered_config": {}, "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": ["model.shop.customers", "model.shop.orders"]}
    }
  },
  "metrics": {
    "metric.shop.revenue": {
      "resource_type": "metric", "name": "revenue", "package_name": "shop", "fqn": ["shop", "revenue"],
      "original_file_path": "models/schema.yml", "description": "money", "label": "Revenue", "type": "simple",
      "type_params": {"measure": {"name": "amount"}}, "filter": null, "time_granularity": null,
      "config": {"enabled": true, "group": null, "meta": {}}, "unrendered_config": {}, "tags": [], "meta": {},
      "depends_on": {"macros": [], "nodes": ["semantic_model.shop.orders"]}
    }
  },
  "semantic_models": {
    "semantic_model.shop.orders": {
      "resource_type": "semantic_model", "name": "orders", "package_name": "shop", "fqn": ["shop", "orders"],
      "original_file_path": "models/schema.yml", "model": "ref('orders')", "description": null, "label": null,
      "defaults": {"agg_time_dimension": "ordered_at"}, "entities": [{"name": "order", "type": "primary"}],
      "dimensions": [{"name": "ordered_at", "type": "time"}], "measures": [{"name": "amount", "agg": "sum"}],
      "node_relation": {"alias": "orders"}, "primary_entity": null, "group": null,
      "config": {"enabled": true, "group": null, "meta": {}}, "unrendered_config": {},
      "depends_on": {"macros": [], "nodes": ["model.shop.orders"]}
    }
  },
  "saved_queries": {
    "saved_query.shop.weekly": {
      "resource_type": "saved_query", "name": "weekly", "package_name": "shop", "fqn": ["shop", "weekly"],
      "original_file_path": "models/schema.yml", "description": null, "label": null, "group": null, "tags": [],
      "query_params": {"metrics": ["revenue"], "group_by": ["Dimension('order__ordered_at')"], "where": null,
                       "limit": null, "order_by": []},
      "exports": [{"name": "out", "config": {"schema_name": "main"},
                   "unrendered_config": {"export_as": "table", "schema": "x", "alias": "y", "database": "z"}}],
      "config": {"enabled": true, "meta": {}}, "unrendered_config": {},
      "depends_on": {"macros": [], "nodes": ["metric.shop.revenue"]}
    }
  },
  "unit_tests": {
    "unit_test.shop.stg_customers.counts": {
      "resource_type": "unit_test", "name": "counts", "package_name": "shop", "model": "stg_customers",
      "fqn": ["shop", "stg_customers", "counts"], "original_file_path": "models/schema.yml", "description": "",
      "given": [], "expect": {"rows": [{"customer_id": 1}]}, "overrides": null, "version": null,
      "config": {"enabled": true, "tags": ["quick"], "meta": {}}, "checksum": "3333",
      "depends_on": {"macros": [], "nodes": ["model.shop.stg_customers"]}
    }
  },
  "functions": {
    "function.shop.area": {
      "resource_type": "function", "name": "area", "package_name": "shop", "fqn": ["shop", "area"],
      "database": "dev", "schema": "main", "alias": "area", "original_file_path": "functions/area.sql",
      "relation_name": "\"dev\".\"main\".\"area\"", "raw_code": "w * h", "description": "", "columns": {},
      "arguments": [{"name": "w", "data_type": "double", "description": null}], "returns": {"data_type": "double"},
      "overloads": [], "config": {"enabled": true, "materialized": "function"}, "unrendered_config": {}, "tags": [],
      "depends_on": {"macros": [], "nodes": []}
    }
  },
  "macros": {
    "macro.shop.clean": {"macro_sql": "{% macro clean(c) %}{{ trimmed(c) }}{% endmacro %}", "description": "",
                         "depends_on": {"macros": ["macro.shop.trimmed"]}},
    "macro.shop.trimmed": {"macro_sql": "{% macro trimmed(c) %}trim({{ c }}){% endmacro %}", "description": "",
                           "depends_on": {"macros": ["macro.shop.trimmed"]}},
    "macro.shop.unused": {"macro_sql": "{% macro unused() %}1{% endmacro %}", "description": "",
                          "depends_on": {"macros": []}},
    "macro.dbt.test_unique": {"macro_sql": "{% macro test_unique(model) %}…{% endmacro %}", "description": "",
                              "depends_on": {"macros": []}}
  },
  "disabled": {},
  "selectors": {},
  "docs": {}, "groups": {}, "parent_map": {}, "child_map": {}, "group_map": {}
})json";

}  // namespace

std::string small_manifest_text(std::string_view patch, std::string_view second_patch) {
  using nlohmann::json;
  return json::parse(kManifest).patch(json::parse(patch)).patch(json::parse(second_patch)).dump();
}

Manifest small_manifest(std::string_view patch, std::string_view second_patch) {
  return parse_manifest(small_manifest_text(patch, second_patch), "manifest");
}

}  // namespace diffgate::dbt
