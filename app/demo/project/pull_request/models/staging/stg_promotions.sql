select
    id as promotion_id,
    sku,
    percent_off,
    starts_on,
    ends_on
from {{ ref('raw_promotions') }}
