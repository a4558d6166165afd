select
    id as customer_id,
    name as customer_name,
    country,
    cast(signed_up_on as varchar) as signed_up_on
from {{ ref('raw_customers') }}
