"""Named breaks of the product, one for each promise: `make mutants` shows that a test goes red for each of them."""
