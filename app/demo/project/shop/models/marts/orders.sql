with paid as (

    select
        order_id,
        sum(amount) as amount
    from {{ ref('payments') }}
    where payment_method <> 'refund'
    group by order_id

)

select
    orders.order_id,
    orders.customer_id,
    orders.ordered_at,
    orders.status,
    orders.channel,
    cast(coalesce(paid.amount, 0) as decimal(10, 2)) as amount
from {{ ref('stg_orders') }} as orders
left join paid on orders.order_id = paid.order_id
