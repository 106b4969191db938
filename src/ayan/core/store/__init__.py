"""The shelf: releases written once and never changed, and the serving files derived from them."""
