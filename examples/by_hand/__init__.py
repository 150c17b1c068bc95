"""The order flow once more, with the saga's parts by hand."""
