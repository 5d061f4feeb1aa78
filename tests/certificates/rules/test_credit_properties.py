"""What holds for every programme, every scan and every knob."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.claiming import amount_refusal, largest_claim
from certificates.rules.computing import compute_credits, designated_credits, planned_minutes
from certificates.rules.facts import (
    CreditInputs,
    CreditPolicy,
    Presentation,
    Scan,
    SessionFacts,
)
from certificates.rules.hashing import inputs_sha256
from certificates.states import (
    ClaimCeiling,
    ClaimStyle,
    CountedMinutes,
    CreditFamily,
    MissingCheckin,
    MissingCheckout,
    PresenceBasis,
    RoundingMode,
    RoundingScope,
)
from conference.kernel.periods import Period, PeriodSet, instant_of, utc_minute
from registration.states import ScanDirection
from tests.certificates.rules.credit_type_rules import AMA, EVERY_CODE, RULES
from tests.certificates.rules.programme import BUENOS_AIRES, at

FIRST_MINUTE = utc_minute(at("20:00"))
SESSION_KEYS = ("A", "B", "C", "D")
MINUTES = st.integers(0, 600)  # from 20:00 over midnight
AMOUNTS = st.integers(1, 900).map(lambda hundredths: Decimal(hundredths) / 100)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = FIRST_MINUTE + draw(MINUTES)
    return Period(start, start + draw(st.integers(1, 150)))


@st.composite
def programmes(draw: st.DrawFn) -> tuple[SessionFacts, ...]:
    return tuple(
        SessionFacts(
            session_key=key,
            planned=draw(periods()),
            actual=draw(st.none() | periods()),
            breaks=tuple(draw(st.lists(periods(), max_size=1))),
            eligible_for=draw(st.sampled_from([EVERY_CODE, EVERY_CODE, frozenset()])),
            is_cancelled=draw(st.sampled_from([False, False, True])),
        )
        for key in SESSION_KEYS[: draw(st.integers(1, len(SESSION_KEYS)))]
    )


@st.composite
def scans(draw: st.DrawFn) -> tuple[Scan, ...]:
    return tuple(
        Scan(
            scan_key=f"scan {number}",
            at=instant_of(FIRST_MINUTE + draw(MINUTES)),
            direction=draw(st.sampled_from(ScanDirection)),
            session_key=draw(st.none() | st.sampled_from(SESSION_KEYS)),
        )
        for number in range(draw(st.integers(0, 10)))
    )


policies = st.builds(
    CreditPolicy,
    attendance_basis=st.sampled_from(PresenceBasis),
    claim_ceiling=st.sampled_from(ClaimCeiling),
    transition_grace_minutes=st.integers(0, 10),
    missing_checkout=st.sampled_from(MissingCheckout),
    missing_checkout_cap_minutes=st.integers(0, 90),
    missing_checkin=st.sampled_from(MissingCheckin),
    min_session_presence_minutes=st.integers(0, 60),
    min_session_presence_pct=st.integers(0, 100),
    all_or_nothing_pct=st.none() | st.integers(1, 100),
    excludes_own_teaching=st.booleans(),
)
rules = st.builds(
    replace,
    st.sampled_from([rule for rule in RULES.values() if rule.claim_style is ClaimStyle.CLAIM]),
    rounding_scope=st.sampled_from(RoundingScope),
    rounding_mode=st.sampled_from(RoundingMode),
    cap_per_day=st.none() | AMOUNTS,
    cap_activity=st.none() | AMOUNTS,
) | st.sampled_from(list(RULES.values()))


@st.composite
def inputs(draw: st.DrawFn) -> CreditInputs:
    sessions = draw(programmes())
    keys = st.sets(st.sampled_from(SESSION_KEYS)).map(frozenset)
    return CreditInputs(
        rule=draw(rules),
        venue_timezone=BUENOS_AIRES,
        sessions=sessions,
        designated_credits=draw(st.none() | AMOUNTS),
        policy=draw(policies),
        scans=draw(scans()),
        rostered_session_keys=draw(keys),
        attested_session_keys=draw(keys),
        presentations=tuple(
            Presentation(
                talk_key=draw(st.sampled_from(["one", "two"])),
                session_key=draw(st.sampled_from(SESSION_KEYS)),
                period=draw(periods()),
            )
            for _number in range(draw(st.integers(0, 2)))
        ),
    )


@given(inputs(), st.randoms())
def test_the_order_in_which_scans_arrive_and_their_repetition_change_nothing(facts, random):
    arrived = list(facts.scans + facts.scans[:3])
    random.shuffle(arrived)
    late = replace(facts, scans=tuple(arrived))

    assert compute_credits(late) == compute_credits(facts)
    assert inputs_sha256(late) == inputs_sha256(facts)


@given(inputs(), st.randoms())
def test_the_order_in_which_sessions_are_stated_changes_nothing(facts, random):
    sessions = list(facts.sessions)
    random.shuffle(sessions)

    assert compute_credits(replace(facts, sessions=tuple(sessions))) == compute_credits(facts)


@given(inputs())
def test_no_knob_breaks_a_cap(facts):
    computation = compute_credits(facts)

    allowed = computation.allowed_credits
    assert allowed >= 0
    if facts.rule.counts is CountedMinutes.LEARNING:
        assert allowed <= (facts.designated_credits or 0)
    if facts.rule.cap_activity is not None:
        assert allowed <= facts.rule.cap_activity
        assert computation.verified_credits <= facts.rule.cap_activity
    if facts.rule.cap_per_day is not None and facts.rule.family is CreditFamily.TIME_BASED:
        assert computation.verified_credits <= facts.rule.cap_per_day * len(computation.days)
        for day in computation.days:
            assert day.credits is None or day.credits <= facts.rule.cap_per_day


@given(inputs(), AMOUNTS)
def test_a_claim_is_accepted_only_within_what_is_allowed_and_in_steps(facts, claimed):
    computation = compute_credits(facts)

    refusal = amount_refusal(claimed, computation.allowed_credits, facts.rule)

    if refusal is None:
        assert 0 < claimed <= computation.allowed_credits
        assert (
            claimed % facts.rule.increment == 0
            if facts.rule.claim_style is ClaimStyle.CLAIM
            else claimed == computation.allowed_credits
        )
    prefilled = largest_claim(computation, facts.rule)
    assert prefilled <= computation.allowed_credits
    if prefilled:
        assert amount_refusal(prefilled, computation.allowed_credits, facts.rule) is None


@given(inputs())
def test_the_minutes_of_the_sessions_add_up_and_no_minute_counts_twice(facts):
    computation = compute_credits(facts)

    assert sum(line.minutes for line in computation.breakdown) == computation.minutes
    eligible = [one for one in facts.sessions if facts.rule.code in one.eligible_for]
    span = PeriodSet.of(one.held for one in eligible).span
    assert computation.minutes <= (span.minutes if span else 0)
    for line in computation.breakdown:
        assert (line.minutes == 0) == (line.reason is not None)
        assert line.minutes <= line.attended_minutes
    if not facts.rule.all_or_nothing_pct and computation.days:
        assert sum(day.minutes for day in computation.days) == computation.minutes


@given(programmes(), scans(), st.sampled_from(SESSION_KEYS), st.integers(1, 60))
def test_a_session_cut_short_never_raises_minutes_and_never_moves_the_designation(
    sessions, some_scans, key, cut_minutes
):
    shortened = tuple(
        replace(one, actual=Period(one.held.start_minute, one.held.end_minute - cut_minutes))
        if one.session_key == key and one.held.minutes > cut_minutes
        else one
        for one in sessions
    )

    def computation_of(stated: tuple[SessionFacts, ...]):
        return compute_credits(
            CreditInputs(
                rule=AMA,
                venue_timezone=BUENOS_AIRES,
                sessions=stated,
                designated_credits=designated_credits(stated, AMA, venue_timezone=BUENOS_AIRES),
                scans=some_scans,
            )
        )

    before, after = computation_of(sessions), computation_of(shortened)

    assert after.minutes <= before.minutes
    assert after.verified_credits <= before.verified_credits
    assert after.designated_credits == before.designated_credits


@given(programmes(), policies)
def test_whoever_attends_everything_as_planned_has_what_was_designated(sessions, policy):
    as_planned = tuple(replace(one, actual=None, is_cancelled=False) for one in sessions)
    everything = compute_credits(
        CreditInputs(
            rule=AMA,
            venue_timezone=BUENOS_AIRES,
            sessions=as_planned,
            designated_credits=designated_credits(as_planned, AMA, venue_timezone=BUENOS_AIRES),
            policy=replace(policy, attendance_basis=PresenceBasis.ROSTER),
            rostered_session_keys=frozenset(SESSION_KEYS),
        )
    )

    assert everything.minutes == planned_minutes(as_planned, AMA.code).minutes
    assert everything.allowed_credits == everything.designated_credits
