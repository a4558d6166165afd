with totals as (

    select
        customer_id,
        count(*) as order_count,
        min(ordered_at) as first_order_at,
        max(ordered_at) as last_order_at,
        sum(amount) as lifetime_value
    from {{ ref('orders') }}
    group by customer_id

)

select
    customers.customer_id,
    customers.customer_name,
    customers.country,
    customers.signed_up_on,
    coalesce(totals.order_count, 0) as order_count,
    totals.first_order_at,
    totals.last_order_at,
    cast(coalesce(totals.lifetime_value, 0) as decimal(12, 2)) as lifetime_value
from {{ ref('stg_customers') }} as customers
left join totals on customers.customer_id = totals.customer_id
