"""
The right to withdraw from a purchase at a distance, in Argentina.

A consumer may revoke her acceptance within ten running days of the contract, at no cost, and this
cannot be waived. Source: Ley 24.240, art. 34, and Código Civil y Comercial, art. 1110, as told by
lermanszlak.com and ahkargentina.com.ar, read 2026-11-25 (secondary, unverified in the law itself).

Whoever sells on the web shows a link named "Botón de arrepentimiento", reached directly from the
home page, prominent, without registration or any other step; within 24 hours and by the same means the
seller tells a code that identifies the request. Source: Resolución 424/2020 of the Secretaría de
Comercio Interior, as told by the Defensoría del Pueblo de la Provincia de Buenos Aires
(defensorba.org.ar), read 2026-11-25 (secondary; whether a later rule replaced it is unverified).
"""

import datetime as dt

DAYS_TO_WITHDRAW = 10


def is_in_time(*, placed_at: dt.datetime, requested_at: dt.datetime) -> bool:
    """Within the days of the law. A later request is kept too: the organiser decides."""
    return requested_at - placed_at <= dt.timedelta(days=DAYS_TO_WITHDRAW)
