"""Words that several pages share: the engine's, tables, citations."""
