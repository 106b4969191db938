"""The one way by which the product tells a person something: what is to be sent, and its sending."""
