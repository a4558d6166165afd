{% macro clean(column) %}{{ trimmed(column) }}{% endmacro %}
{% macro trimmed(column) %}trim({{ column }}){% if false %}{{ trimmed(column) }}{% endif %}{% endmacro %}
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
{% macro unused() %}1{% endmacro %}
{% macro log_done() %}{{ log('done') }}{% endmacro %}
