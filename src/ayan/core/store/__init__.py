"""The store: releases written once and never changed, and the index files derived from them."""
