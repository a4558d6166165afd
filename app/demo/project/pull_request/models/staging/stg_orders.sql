select
    id as order_id,
    customer_id,
    ordered_at,
    status,
    channel
from {{ ref('raw_orders') }}
where channel <> 'test'
