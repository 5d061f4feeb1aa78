"""
A stand-in for Stripe and Mercado Pago: no money, no cards, never in production.

The product talks to it by the providers' own SDKs over HTTP. It has the pages where a buyer "pays",
with a button for everything that goes wrong in reality, and signs its messages as the real ones do.
Standard library alone; everything is forgotten when it ends.

    python -m tools.payment_simulator --port 8009 --site http://localhost:8000

An account's keys name the address of its messages: with the token from the address that the desk
shows, the keys are `sk_test_TOKEN` and `whsec_TOKEN` for Stripe, `TEST-TOKEN` and `secret-TOKEN`
for Mercado Pago.
"""
