-- What the door asks of each row before anything of it is kept: were all consents given, and (so that the participant
-- flow can count those who did not consent) from which province it comes. The row stands under a key of the door's.
with
{{ answers_looked_up(source('raw', 'raw_responses'), source('raw', 'raw_codebook'),
    ['consent_child', 'consent_carer', 'province']) }},
{{ consents_asked(source('raw', 'raw_codebook')) }},
readings as (
    select
        wave,
        child_pseudonym,
        {{ read_answer('consent_child') }} as consent_child,
        {{ read_answer('consent_carer') }} as consent_carer,
        {{ read_answer('province') }} as province
    from answers
)
select
    readings.child_pseudonym,
    readings.province,
    {{ has_consent('readings') }} as has_consent
from readings
left join consents_asked on readings.wave = consents_asked.wave
