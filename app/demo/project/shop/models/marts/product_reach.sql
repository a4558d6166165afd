select
    sku,
    category,
    count(distinct order_id) as orders_with_product
from {{ ref('order_items') }}
group by sku, category
