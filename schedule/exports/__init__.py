"""The programme in other programs' formats. Facts in, bytes out."""
