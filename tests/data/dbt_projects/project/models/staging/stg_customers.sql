select id as customer_id, {{ clean('name') }} as name from {{ ref('customers_raw') }}
