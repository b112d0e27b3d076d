-- One row an answer that could not be read, with the answer and where it stands in the delivery, for the data manager
-- who corrects it. It holds children's answers: its result goes to quarantine and nowhere else.
with
answers as (
    select wave, child_pseudonym, source_file, source_line, field, answer
    from {{ source('raw', 'raw_responses') }}
    unpivot (answer for field in ({{ (var('coded_variables') + (var('integer_variables') | list)) | join(', ') }}))
)
select
    issues.wave,
    issues.child_pseudonym,
    answers.source_file,
    answers.source_line,
    issues.field,
    issues.reason_code,
    answers.answer
from {{ ref('stg_value_issues') }} as issues
inner join answers
    on issues.wave = answers.wave
    and issues.child_pseudonym = answers.child_pseudonym
    and issues.field = answers.field
order by issues.wave, answers.source_file, answers.source_line, issues.field
