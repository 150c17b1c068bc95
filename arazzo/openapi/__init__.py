"""OpenAPI descriptions: finding operations, and building requests for them. Pure."""
