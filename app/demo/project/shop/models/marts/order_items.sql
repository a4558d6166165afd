select
    items.order_item_id,
    items.order_id,
    items.sku,
    products.category,
    items.quantity,
    cast(items.quantity * products.price as decimal(10, 2)) as item_total
from {{ ref('stg_order_items') }} as items
inner join {{ ref('stg_products') }} as products on items.sku = products.sku
