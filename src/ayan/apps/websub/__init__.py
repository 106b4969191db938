"""The WebSub hub of the portal: who is sent a feed when it changes, verified before and signed when it is sent."""
