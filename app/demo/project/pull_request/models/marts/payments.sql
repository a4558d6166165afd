{{ config(materialized='incremental', unique_key='payment_id', on_schema_change='append_new_columns') }}

select
    payment_id,
    order_id,
    payment_method,
    cast(amount as decimal(10, 2)) as amount,
    paid_at
from {{ ref('stg_payments') }}
{% if is_incremental() %}
where paid_at > (select max(paid_at) from {{ this }})
{% endif %}
