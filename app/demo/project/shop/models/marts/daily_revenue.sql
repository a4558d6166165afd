select
    cast(ordered_at as date) as day,
    count(*) as order_count,
    cast(sum(amount) as decimal(12, 2)) as revenue
from {{ ref('orders') }}
where status <> 'cancelled'
group by 1
