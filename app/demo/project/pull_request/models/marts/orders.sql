with paid as (

    select
        order_id,
        sum(amount) as amount,
        -sum(case when payment_method = 'refund' then amount else 0 end) as refunded_amount
    from {{ ref('payments') }}
    group by order_id

)

select
    orders.order_id,
    orders.customer_id,
    orders.ordered_at,
    orders.status,
    orders.channel,
    cast(coalesce(paid.amount, 0) as decimal(10, 2)) as amount,
    cast(coalesce(paid.refunded_amount, 0) as decimal(10, 2)) as refunded_amount
from {{ ref('stg_orders') }} as orders
left join paid on orders.order_id = paid.order_id
