{{ config(enabled=var('with_customers', true), persist_docs={'relation': true, 'columns': true}) }}
select c.customer_id, c.name, count(o.order_id) as orders from {{ ref('stg_customers') }} c left join {{ ref('orders') }} o using (customer_id) group by 1, 2
