"""The page that shows every component and every chart with invented contents, to be seen and to be tested."""
