"""The API: what is published for programs, described in OpenAPI from what every app declares of its own answers."""
