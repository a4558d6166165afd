select {{ var('cutoff') }} as n
