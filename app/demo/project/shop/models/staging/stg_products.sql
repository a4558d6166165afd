select
    sku,
    name as product_name,
    category,
    cast(price_cents / 100.0 as decimal(10, 2)) as price
from {{ ref('raw_products') }}
