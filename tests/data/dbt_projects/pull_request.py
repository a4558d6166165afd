"""What the pull request's side changes in `project/`: nearly every kind of resource, and nearly every kind of change."""

from pathlib import Path

# File, what stands there, what stands there afterwards (the first time that it does).
EDITS = [
    ("macros/m.sql", "trim({{ column }})", "trim(lower({{ column }}))"),
    ("models/marts/orders.sql", "unique_key='order_id'", "unique_key=['order_id']"),
    ("models/marts/lonely.sql", "as n", "as  n"),
    ("models/schema.yml", "all customers", "all our customers"),
    ("models/schema.yml", "{severity: warn}", "{severity: error, warn_if: '> 10'}"),
    (
        "models/schema.yml",
        "{name: label, data_type: varchar}",
        "{name: label, data_type: varchar}\n      - {name: more, data_type: integer}",
    ),
    ("models/marts/contracted.sql", "as label", "as label, 2 as more"),
    ("models/schema.yml", "latest_version: 1", "latest_version: 2"),
    ("models/schema.yml", "{count: 12, period: hour}", "{count: 24, period: hour}"),
    ("models/schema.yml", "identifier: pay_ments", "identifier: payments"),
    ("models/schema.yml", "{name: Dana, email", "{name: Dan, email"),
    ("models/schema.yml", "rows: [{customer_id: 1, name: ann}]", "rows: [{customer_id: 1, name: anne}]"),
    (
        "models/schema.yml",
        "  - name: notebook",
        "  - name: new_exposure\n    type: ml\n    owner: {name: Mo, email: m@example.com}\n"
        "    depends_on: [ref('contracted')]\n  - name: notebook",
    ),
    ("models/semantic.yml", "label: Revenue", "label: Revenue EUR"),
    ("models/semantic.yml", "- {name: amount, agg: sum}", "- {name: amount, agg: sum, description: net}"),
    ("models/semantic.yml", "'week'", "'month'"),
    ("seeds/customers_raw.csv", "2,bob", "2,bob\n3,cy"),
    ("functions/area.sql", "width * height", "height * width"),
    ("snapshots/snap.yml", "check_cols: all", "check_cols: [name]"),
    ("tests/no_negative.sql", "amount < 0", "amount <= 0"),
    ("analyses/look.sql", "select *", "select  *"),
    ("dbt_project.yml", "{{ log_done() }}", "{{ log_done() }} "),
    ("dbt_project.yml", "'stg_' ~ target.name", "'staging_' ~ target.name"),
    ("models/marts/will_be_disabled.sql", "select", "{{ config(enabled=false) }} select"),
]


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text, (file, before)
    file.write_text(text.replace(before, after, 1))


def make_changes(project: Path) -> None:
    for file, before, after in EDITS:
        edit(project / file, before, after)
    marts = project / "models/marts"
    (marts / "will_be_removed.sql").unlink()
    (marts / "brand_new.sql").write_text("select * from {{ ref('contracted') }}\n")
    (marts / "moved").mkdir()
    (marts / "reads_removed.sql").rename(marts / "moved/reads_removed.sql")
