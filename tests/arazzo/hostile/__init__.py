"""Documents that mean harm, made by code: none of them is stored."""
