"""
The rules of credits: pure functions over frozen facts. No database, clock, network or settings.

    credit_types   a credit type as data                 rounding    minutes to credits, caps
    facts          what the engine is told, and the knobs
    presence       scans to attended periods             shares      each minute to one session
    computing      the engine; designations; hours       breakdown   minutes per session, why none
    claiming       window, gates, amounts, reviews       hashing     fingerprint of the inputs
    statements     filling and checking statement texts  public_ids  identifiers and typed codes

Source: CME domain reference (cme.md), sections 3, 5, 6, 8 and 10, read 2026-11-25. Where the
reference marks something as unverified, it is a knob or a row of data, never a constant here.
"""
