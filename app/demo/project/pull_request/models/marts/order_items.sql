select
    items.order_item_id,
    items.order_id,
    items.sku,
    products.category,
    items.quantity,
    promotions.percent_off,
    cast(
        items.quantity * products.price * (100 - coalesce(promotions.percent_off, 0)) / 100 as decimal(10, 2)
    ) as item_total
from {{ ref('stg_order_items') }} as items
inner join {{ ref('stg_products') }} as products on items.sku = products.sku
left join {{ ref('stg_orders') }} as orders on items.order_id = orders.order_id
left join {{ ref('stg_promotions') }} as promotions
    on items.sku = promotions.sku
    and cast(orders.ordered_at as date) between promotions.starts_on and promotions.ends_on
