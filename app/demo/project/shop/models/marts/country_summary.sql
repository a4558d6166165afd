select
    country,
    count(*) as customers,
    min(signed_up_on) as first_signup
from {{ ref('customers') }}
group by country
