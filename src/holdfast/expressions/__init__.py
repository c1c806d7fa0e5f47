"""The ${{ }} language: lexer, parser, evaluator, functions. Pure."""
