"""The stand-ins: small real HTTP services that play the downstreams in demos and tests, one module each."""
