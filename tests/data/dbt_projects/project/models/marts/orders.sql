{{ config(materialized='incremental', unique_key='order_id', meta={'owner': 'ops'}) }}
select o.*, p.id as payment_id from {{ ref('stg_orders') }} o left join {{ ref('stg_pay') }} p on p.order_id = o.order_id
{% if is_incremental() %} where ordered_at > (select max(ordered_at) from {{ this }}) {% endif %}
