select
    status,
    count(*) as order_count
from {{ ref('orders') }}
group by status
