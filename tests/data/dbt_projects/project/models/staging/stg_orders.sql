{{ config(tags=['orders']) }}
select order_id, customer_id, {{ cents('amount') }} as amount, ordered_at from {{ source('shop', 'orders') }}
