"""What words may mean in one city: concepts, published names, labels; together the lexicon."""
