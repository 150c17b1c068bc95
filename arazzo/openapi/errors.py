"""What can be wrong with a description, or with what is asked of it; each says what was expected."""


class OpenApiError(Exception):
    """Nothing was called: the description does not tell how to, or what was given does not fit it."""

    def __init__(self, message: str, *, expected: str = "", clause: str = "") -> None:
        self.message = message
        self.expected = expected
        """What should have stood there, or what would help."""
        self.clause = clause
        """Where OpenAPI says so."""
        super().__init__(f"{message}; expected {expected}" if expected else message)


class DescriptionRefused(OpenApiError):
    """The description cannot be read, or contradicts itself."""


class OperationNotFound(OpenApiError):
    """The description has no such operation, or more than one."""


class RequestRefused(OpenApiError):
    """No request can be built from what was given."""


class CredentialMissing(OpenApiError):
    """The operation wants credentials of which none is at hand."""
