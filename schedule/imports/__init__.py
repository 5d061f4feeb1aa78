"""Reading other programmes' files. Pure: bytes in, frozen facts and problems out."""
