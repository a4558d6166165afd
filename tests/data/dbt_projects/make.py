#!/usr/bin/env python3
"""Makes base.json.gz, head.json.gz and expected.json of one folder here with the real dbt.

Usage: make.py true|false OUTPUT_FOLDER      (the value of state_modified_compare_more_unrendered_values)

Needs dbt-core 1.12.6, dbt-duckdb 1.11.1 and metricflow. The edits below are what the pull request's side changes.
"""

import gzip
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"]="false"
flag = sys.argv[1]          # true / false
out = Path(sys.argv[2]).resolve()
W = Path(tempfile.mkdtemp()) / "project"
shutil.copytree(Path(__file__).resolve().parent / "project", W)
p=W/"dbt_project.yml"; p.write_text(p.read_text()+f"flags:\n  state_modified_compare_more_unrendered_values: {flag}\n  send_anonymous_usage_stats: false\n")
os.chdir(W)
from dbt.cli.main import dbtRunner
from dbt.task.list import ListTask
from dbt.node_types import NodeType
ListTask.resource_types = property(lambda self: list(NodeType))
def parse():
    shutil.rmtree("target", ignore_errors=True)
    r=dbtRunner().invoke(["parse","--profiles-dir",".","--quiet","--no-partial-parse"])
    assert r.success, r.exception
    return r.result
parse(); Path("state").mkdir(); shutil.copy("target/manifest.json","state/manifest.json")
def edit(f, a, b):
    t=Path(f).read_text(); assert a in t,(f,a); Path(f).write_text(t.replace(a,b,1))
edit("macros/m.sql","trim({{ column }})","trim(lower({{ column }}))")
edit("models/marts/orders.sql","unique_key='order_id'","unique_key=['order_id']")
edit("models/marts/lonely.sql","as n","as  n")
edit("models/schema.yml","all customers","all our customers")
edit("models/schema.yml","{severity: warn}","{severity: error, warn_if: '> 10'}")
edit("models/schema.yml","{name: label, data_type: varchar}","{name: label, data_type: varchar}\n      - {name: more, data_type: integer}")
edit("models/marts/contracted.sql","as label","as label, 2 as more")
edit("models/schema.yml","latest_version: 1","latest_version: 2")
edit("models/schema.yml","{count: 12, period: hour}","{count: 24, period: hour}")
edit("models/schema.yml","identifier: pay_ments","identifier: payments")
edit("models/schema.yml","{name: Dana, email","{name: Dan, email")
edit("models/schema.yml","rows: [{customer_id: 1, name: ann}]","rows: [{customer_id: 1, name: anne}]")
edit("models/schema.yml","  - name: notebook","  - name: new_exposure\n    type: ml\n    owner: {name: Mo, email: m@example.com}\n    depends_on: [ref('contracted')]\n  - name: notebook")
edit("models/semantic.yml","label: Revenue","label: Revenue EUR")
edit("models/semantic.yml","- {name: amount, agg: sum}","- {name: amount, agg: sum, description: net}")
edit("models/semantic.yml","'week'","'month'")
edit("seeds/customers_raw.csv","2,bob","2,bob\n3,cy")
edit("functions/area.sql","width * height","height * width")
edit("snapshots/snap.yml","check_cols: all","check_cols: [name]")
edit("tests/no_negative.sql","amount < 0","amount <= 0")
edit("analyses/look.sql","select *","select  *")
edit("dbt_project.yml","{{ log_done() }}","{{ log_done() }} ")
edit("dbt_project.yml","'stg_' ~ target.name","'staging_' ~ target.name")
os.remove("models/marts/will_be_removed.sql")
edit("models/marts/will_be_disabled.sql","select","{{ config(enabled=false) }} select")
Path("models/marts/brand_new.sql").write_text("select * from {{ ref('contracted') }}\n")
Path("models/marts/moved").mkdir(); os.rename("models/marts/reads_removed.sql","models/marts/moved/reads_removed.sql")
manifest=parse()
out.mkdir(parents=True, exist_ok=True)
for side,f in (("base","state/manifest.json"),("head","target/manifest.json")):
    text=Path(f).read_text().replace(str(W),"/project")
    m=json.loads(text)
    with gzip.GzipFile(out/f"{side}.json.gz","wb",compresslevel=9,mtime=0) as g: g.write(json.dumps(m).encode())
cases=[]
def case(select, exclude=None, indirect="empty"): cases.append((select,exclude,indirect))
for s in ["new","old","modified","unmodified","modified.body","modified.configs","modified.relation","modified.persisted_descriptions","modified.macros","modified.contract"]:
    case("state:"+s)
for s in ["state:modified+","+state:modified","1+state:modified+1","@state:new","state:modified+,tag:nightly","state:modified+,resource_type:model","state:new state:modified.macros",
 "orders","+orders","orders+","2+customers","customers+1","@stg_orders","shop.staging","shop.staging.*","stg_*","*orders","shop.marts.dim","dim.v1","dim_v2","dim.v2","dim","marts.*.v1","dim*",
 "tag:nightly","tag:pii*","tag:orders","group:finance","group:*","access:public","access:protected","source:shop","source:shop.orders","source:shop.shop.*","source:*.pay*",
 "exposure:dashboard","+exposure:*","exposure:shop.note*","metric:revenue","metric:*+","+metric:orders_per","semantic_model:*","+semantic_model:orders_sm","saved_query:weekly","+saved_query:*","unit_test:*","unit_test:shop.counts_orders",
 "path:models/marts","models/staging/stg_orders.sql","path:models/**/*.sql","path:models/*/stg*","path:models/schema.yml","models/","path:tests","seeds/*.csv","stg_orders.sql","file:stg_*","file:codes","file:*.csv","package:shop","package:this","package:dbt*",
 "config.materialized:table","config.materialized:incremental","config.unique_key:order_id","config.meta.owner:ops","config.enabled:true","config.severity:WARN","config.severity:error","config.tags:nightly","config.contract.enforced:true","config.persist_docs.relation:true",
 "resource_type:seed","resource_type:snapshot","resource_type:analysis","resource_type:unit_test","resource_type:function","resource_type:saved_query","resource_type:operation","resource_type:test",
 "test_name:unique","test_name:pos*","test_name:counts_orders","test_type:generic","test_type:singular","test_type:data","test_type:unit","test_type:schema",
 "version:latest","version:old","version:prerelease","version:none","selector:changed","selector:marts_only","selector:both","selector:short","selector:s*",
 "nosuchmodel","orders,tag:none","fqn:shop.marts.orders","[so]tg_orders","stg_[!c]*","orders+1,2+customers stg_pay+", "+area", "area+", "tag:nightly,config.materialized:view customers"]:
    case(s)
for s in ["customers","orders","stg_customers stg_orders","tag:nightly","state:modified","state:modified+,resource_type:model","dim","source:shop","+orders,customers+","customers_raw+1"]:
    for i in ["eager","cautious","buildable"]: case(s,None,i)
case("tag:nightly","customers+"); case("state:modified+","resource_type:test source:*"); case(None,"tag:nightly"); case(None,None); case(None,None,"eager"); case("state:modified+","stg_orders+,resource_type:model","eager"); case("stg_orders+","orders","cautious"); case("stg_orders+","orders","buildable")
for s in ["state:+modified","state:changed","foo:bar","@orders+","source:a.b.c.d","exposure:a.b.c","resource_type:thing","test_type:fuzzy","version:newest","selector:none_such","orders,,customers","tag:","a,","result:error","foo.bar:x"]:
    case(s)
result=[]
for select,exclude,indirect in cases:
    args=["ls","--profiles-dir",".","--quiet","--state","state","--output","json","--output-keys","unique_id","--indirect-selection",indirect]
    if select is not None: args+=["--select",select]
    if exclude is not None: args+=["--exclude",exclude]
    r=dbtRunner(manifest=manifest).invoke(args)
    e={"select":select or "","exclude":exclude or "","indirect":indirect}
    if r.success: e["ids"]=sorted(json.loads(x)["unique_id"] for x in (r.result or []))
    else: e["error"]=str(r.exception)
    result.append(e)
names={}
r=dbtRunner(manifest=manifest).invoke(["ls","--profiles-dir",".","--quiet","--output","name"])
r2=dbtRunner(manifest=manifest).invoke(["ls","--profiles-dir",".","--quiet","--output","json","--output-keys","unique_id"])
names=dict(zip([json.loads(x)["unique_id"] for x in r2.result], r.result))
json.dump({"dbt_version":"1.12.6","more_unrendered":flag=="true","names":names,"cases":result}, open(out/"expected.json","w"), indent=0, sort_keys=True)
print(len(result), sum("error" in e for e in result))
