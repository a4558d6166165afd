"""What dbt and diffgate are asked: select, exclude and indirect selection of `dbt ls --state`."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    select: str | None = None
    exclude: str | None = None
    indirect: str = "empty"


STATES = [
    "new", "old", "modified", "unmodified", "modified.body", "modified.configs", "modified.relation",
    "modified.persisted_descriptions", "modified.macros", "modified.contract",
]  # fmt: skip

SETS = [
    "state:modified+", "+state:modified", "1+state:modified+1", "@state:new", "state:modified+,tag:nightly",
    "state:modified+,resource_type:model", "state:new state:modified.macros", "tag:nightly,config.materialized:view customers",
    "orders,tag:none", "orders+1,2+customers stg_pay+", "orders  customers",
]  # fmt: skip

NAMES = [
    "orders", "+orders", "orders+", "2+customers", "customers+1", "@stg_orders", "0+orders", "orders+0", "99999999999+orders",
    "shop.staging", "shop.staging.*", "stg_*", "*orders", "shop.marts.dim", "dim.v1", "dim_v2", "dim.v2", "dim", "marts.*.v1",
    "dim*", "fqn:shop.marts.orders", "[so]tg_orders", "stg_[!c]*", "stg_?rders", "nosuchmodel", "ORDERS", "*", "shop", "shop.*",
    "+area", "area+", "+exposure:*", "log_done*",
]  # fmt: skip

METHODS = [
    "tag:nightly", "tag:pii*", "tag:orders", "tag:none", "group:finance", "group:*", "access:public", "access:protected",
    "access:pub*", "source:shop", "source:shop.orders", "source:shop.shop.*", "source:*.pay*", "source:shop.pay_ments",
    "exposure:dashboard", "exposure:shop.note*", "metric:revenue", "metric:*+", "+metric:orders_per", "semantic_model:*",
    "+semantic_model:orders_sm", "saved_query:weekly", "+saved_query:*", "unit_test:*", "unit_test:shop.counts_orders",
    "path:models/marts", "models/staging/stg_orders.sql", "path:models/**/*.sql", "path:models/*/stg*", "path:models/schema.yml",
    "models/", "path:tests", "seeds/*.csv", "path:models/marts/moved", "path:./models/staging", "path:nowhere/*",
    "stg_orders.sql", "STG_ORDERS.SQL", "file:stg_*", "file:codes", "file:*.csv", "file:schema*",
    "package:shop", "package:this", "package:dbt*", "config.materialized:table", "config.materialized:incremental",
    "config.unique_key:order_id", "config.meta.owner:ops", "config.enabled:true", "config.enabled:TRUE", "config.severity:WARN",
    "config.severity:error", "config.tags:nightly", "config.contract.enforced:true", "config.persist_docs.relation:true",
    "config.materialized:tab*", "config.nothing.here:x", "config.meta:ops",
    "resource_type:seed", "resource_type:snapshot", "resource_type:analysis", "resource_type:unit_test", "resource_type:function",
    "resource_type:saved_query", "resource_type:operation", "resource_type:test", "resource_type:macro",
    "test_name:unique", "test_name:pos*", "test_name:counts_orders", "test_type:generic", "test_type:singular", "test_type:data",
    "test_type:unit", "test_type:schema", "version:latest", "version:old", "version:prerelease", "version:none",
    "result:success", "result:error", "result:error+", "result:skipped", "result:pass", "result:fail", "result:warn", "result:nothing",
    "state:modified+ result:error+", "source_status:fresher", "source_status:fresher+", "source_status:older",
]  # fmt: skip

SELECTORS = [
    "changed", "marts_only", "both", "short", "s*", "nested", "family", "less_tests", "method_beside_exclude", "failed",
    "own_eager", "own_cautious", "own_buildable", "own_empty", "own_*",
]  # fmt: skip

WITH_TESTS = [
    "customers", "orders", "stg_customers stg_orders", "tag:nightly", "state:modified", "state:modified+,resource_type:model", "dim",
    "source:shop", "+orders,customers+", "customers_raw+1", "orders,customers", "state:modified,resource_type:model orders",
    "selector:both", "selector:less_tests", "selector:own_eager", "selector:own_cautious", "selector:own_buildable",
    "selector:own_empty", "selector:nested",
]  # fmt: skip

# Both must refuse these.
WRONG = [
    "state:+modified", "state:changed", "state:", "foo:bar", "foo.bar:x", "@orders+", "@+orders+", "source:a.b.c.d", "exposure:a.b.c",
    "resource_type:thing", "test_type:fuzzy", "version:newest", "selector:none_such",
]  # fmt: skip

# Odd, but not refused.
ODD = ["orders,,customers", "tag:", "a,", ",", "+", "@", "+orders+,", "a:b:c", "tag:a+b", "orders++", "state:modified+2"]

CASES: list[Case] = [
    *(Case("state:" + state) for state in STATES),
    *(Case(select) for select in [*SETS, *NAMES, *METHODS]),
    *(Case("selector:" + name) for name in SELECTORS),
    *(Case(select, indirect=mode) for select in WITH_TESTS for mode in ("eager", "cautious", "buildable")),
    Case("tag:nightly", "customers+"),
    Case("state:modified+", "resource_type:test source:*"),
    Case("stg_orders", "selector:changed"),
    Case(None, "tag:nightly"),
    Case(),
    Case(None, None, "eager"),
    Case(None, "result:error+"),
    Case("state:modified+", "stg_orders+,resource_type:model", "eager"),
    Case("stg_orders+", "orders", "cautious"),
    Case("stg_orders+", "orders", "buildable"),
    Case("stg_orders+", "test_name:unique", "eager"),
    *(Case(select) for select in [*WRONG, *ODD]),
]

# Asked once more after one of the project's selectors was made the default one.
CASES_WITH_DEFAULT: list[Case] = [
    Case(),
    Case(None, None, "eager"),
    Case("customers"),
    Case(None, "tag:orders"),
]
