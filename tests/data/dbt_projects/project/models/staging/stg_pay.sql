{{ config(materialized='ephemeral') }}
select * from {{ source('shop', 'payments') }}
