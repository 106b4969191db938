"""The store: releases written once and never changed."""
